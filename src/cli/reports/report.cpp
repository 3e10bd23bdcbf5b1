#include "cli/reports/report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"
#include "cli/pictures.hpp"
#include "cli/reports/page.hpp"
#include "cli/reports/pdf.hpp"
#include "cli/verbs.hpp"
#include "sys/directory.hpp"
#include "sys/file.hpp"

#define REPORT_KINDS(X) \
  X(judgement)          \
  X(comparison)         \
  X(evolution)          \
  X(statistics)         \
  X(results)            \
  X(matrix)             \
  X(trend)              \
  X(slo)                \
  X(hypothesis)         \
  X(site)

namespace perfgate::cli {

#define DECLARE(kind) Command report_##kind();
REPORT_KINDS(DECLARE)
#undef DECLARE

namespace {

std::span<const Command> kinds() {
#define CALL(kind) report_##kind(),
  static const Command table[] = {REPORT_KINDS(CALL)};
#undef CALL
  return table;
}

Action add_kinds(CLI::App& app) { return add_verbs(app, kinds()); }

std::string format_names() {
  std::string names;
  for (const report::Format& format : report_formats())
    names += fmt::format("{}{}", names.empty() ? "" : ", ", format.name);
  return names;
}

Result<report::Format> find_format(std::string_view name) {
  std::vector<report::Format> formats = report_formats();
  std::vector<std::string_view> names;
  for (report::Format& format : formats) {
    if (format.name == name) return format;
    names.push_back(format.name);
  }
  const auto close = nearest(name, names);
  return fail(Code::usage, fmt::format("format `{}` is not known", safe_text(name, 40)),
              close ? fmt::format("did you mean `{}`?", *close)
                    : fmt::format("formats: {}", format_names()));
}

Result<std::vector<report::Format>> formats_of(const ReportOptions& options,
                                               const Settings& settings) {
  std::vector<std::string> names = settings.project.report_formats;
  if (!options.shared.format.empty()) {
    names.clear();
    for (std::size_t at = 0; at <= options.shared.format.size();) {
      const std::size_t end =
          std::min(options.shared.format.find(',', at), options.shared.format.size());
      names.emplace_back(trim(std::string_view(options.shared.format).substr(at, end - at)));
      at = end + 1;
    }
  }
  if (names.empty()) names = {"text"};
  std::vector<report::Format> formats;
  for (const std::string& name : names) {
    TRY(const report::Format format, find_format(name));
    if (std::ranges::find(formats, format.name, &report::Format::name) == formats.end())
      formats.push_back(format);
  }
  return formats;
}

Result<void> write_file(const std::string& path, const report::Report& report,
                        const report::Format& format, const report::Style& style) {
  TRY(sys::AtomicFile file, sys::AtomicFile::create(path));
  Result<void> state;
  CHECKED(format.write(report, style, [&](std::string_view piece) {
    if (state) state = file.write(piece);
  }));
  CHECKED(state);
  return file.commit();
}

}  // namespace

std::vector<report::Format> report_formats() {
  std::vector<report::Format> formats(report::all().begin(), report::all().end());
  formats.push_back(html_format());
  formats.push_back(pdf_format());
  return formats;
}

void add_output(CLI::App& app, ReportOptions& options) {
  app.add_option("--format", options.shared.format,
                 fmt::format("{}; several parted by commas (default: as configured, else text)",
                             format_names()));
  app.add_option("--out", options.shared.out_directory,
                 "write files into this folder instead of stdout: KIND.txt, KIND.md, ...");
  app.add_flag("--ascii", options.ascii,
               "no characters beyond ASCII in pictures (default where the locale is not UTF-8)");
  app.add_option("--template", options.page_template,
                 "your own performance_report.html, for --format html (default: as perfgate.toml "
                 "says, else the built-in)");
  add_config(app, options.shared);
  add_verbosity(app, options.shared);
}

void add_runs(CLI::App& app, ReportOptions& options) {
  auto* run = app.add_option("--run", options.runs,
                             "run.json files, or folders that hold some (repeatable)");
  app.add_option("--store", options.shared.store, "history (default: dir:.perfgate)")
      ->excludes(run);
  app.add_option("--branch", options.branch, "of the store (default: the base branch)");
}

void add_where(CLI::App& app, ReportOptions& options) {
  app.add_option("--where", options.where,
                 "conditions that all hold, as of `perfgate history query`: KEY=VALUE, KEY~GLOB, "
                 "since=30d (repeatable)");
}

void add_two(CLI::App& app, ReportOptions& options) {
  app.add_option("--head", options.head, "id of a run in the store (default: the newest)");
  app.add_option("--base", options.base,
                 "id of the run that it is compared with (default: its baseline, else the run "
                 "before it)");
}

void add_judgement(CLI::App& app, ReportOptions& options) {
  app.add_option("--judgement", options.judgement, "a judgement.json");
}

Result<Prepared> prepare(const ReportOptions& options, Env& env) {
  Prepared prepared;
  TRY(prepared.settings, load_settings(options.shared, env));
  TRY(prepared.formats, formats_of(options, prepared.settings));
  if (options.shared.out_directory.empty() && prepared.formats.size() > 1)
    return fail(
        Code::usage,
        fmt::format("--format: stdout takes one format, and there are {}", prepared.formats.size()),
        "say where the files go: --out DIR");
  const bool binary = prepared.formats.front().name == "pdf";
  if (options.shared.out_directory.empty() && binary && env.out_is_terminal)
    return fail(Code::usage, "--format pdf: a terminal shows no PDF",
                "say where the file goes: --out DIR");
  prepared.style = report_style(options.shared, env);
  const auto& formats = prepared.formats;
  if (std::ranges::find(formats, "html", &report::Format::name) != formats.end()) {
    TRY(prepared.style.page_template, page_template_of(options.page_template, prepared.settings));
  }
  prepared.style.ascii = ascii_only(options.ascii, env.environment);
  if (!options.shared.out_directory.empty()) {
    prepared.style.color = false;
    prepared.style.width = 140;
  }
  return prepared;
}

Result<void> write_report(report::Report report, const ReportOptions& options,
                          const Prepared& prepared, Env& env) {
  for (const report::Format& format : prepared.formats)
    CHECKED(report::check_fits(report, format, report_formats()));
  add_settings(report.sources, prepared.settings, env);
  const std::string& directory = options.shared.out_directory;
  if (directory.empty())
    return prepared.formats.front().write(report, prepared.style,
                                          [&](std::string_view piece) { env.out(piece); });
  CHECKED(sys::make_directories(directory));
  std::vector<std::string> written;
  for (const report::Format& format : prepared.formats) {
    const std::vector<std::string> parts =
        format.parts ? format.parts(report) : std::vector<std::string>{};
    std::vector<std::string> names{""};
    if (parts.size() > 1) names = parts;
    for (const std::string& part : names) {
      report::Style style = prepared.style;
      style.part = part;
      const std::string path =
          below(directory, fmt::format("{}{}{}.{}", to_text(report.kind), part.empty() ? "" : ".",
                                       part, format.suffix));
      CHECKED(write_file(path, report, format, style));
      written.push_back(path);
    }
  }
  if (!options.shared.quiet) env.err(fmt::format("perfgate: wrote {}\n", fmt::join(written, ", ")));
  return {};
}

Exit exit_of(SessionStatus status) {
  switch (status) {
    case SessionStatus::success:
      return Exit::pass;
    case SessionStatus::error_no_common_benchmarks:
      return Exit::not_comparable;
    default:
      return Exit::usage;
  }
}

Command report_command() {
  return {
      .name = "report",
      .summary = "tell a judgement, a run or a history in any format",
      .footer =
          "Each kind says what it tells; `perfgate help report KIND` has its options and "
          "examples.\n"
          "What it tells of comes from files (--run, --judgement) or from the history (--store).\n"
          "\nFormats: text md html pdf to read, json csv for scripts, junit sarif badge prometheus "
          "for "
          "other\nprograms. Without --out a report goes to stdout. Reports made twice of the same "
          "data "
          "are the\nsame, byte for byte: their times are those of the data.\n\n"
          "Examples:\n"
          "  perfgate report judgement --judgement out/judgement.json --format html,pdf --out "
          "reports\n"
          "  perfgate report comparison --run before/run.json --run after/run.json\n"
          "  perfgate report trend --format text,csv,json --out reports\n"
          "  perfgate report matrix --rows frontend --cols backend --value compute_seconds\n",
      .add = add_kinds};
}

}  // namespace perfgate::cli

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/history/access.hpp"
#include "cli/history/history.hpp"
#include "cli/progress.hpp"
#include "store/history.hpp"

namespace perfgate::cli {
namespace {

std::string shown_bytes(std::uint64_t bytes) {
  return render(static_cast<double>(bytes), BaseUnit::byte);
}

// ---- compact

struct CompactOptions {
  Shared shared;
};

void add_compact(CLI::App& app, CompactOptions& options) { add_history(app, options.shared); }

Result<Exit> compact(const CompactOptions& options, Env& env) {
  TRY(const Opened opened, open_history(options.shared, env));
  Progress progress(env, options.shared.quiet, "compacting", 0);
  TRY(const store::Compaction done, opened.store->compact(progress.of_bytes()));
  if (options.shared.quiet) return Exit::pass;
  if (done.months == 0)
    env.out("nothing to compact: every month that is closed is packed already\n");
  else
    env.out(fmt::format("packed {} of {} records: {} became {}\n", counted(done.months, "month"),
                        done.records, shown_bytes(done.before), shown_bytes(done.after)));
  return Exit::pass;
}

// ---- verify

struct VerifyOptions {
  Shared shared;
};

void add_verify(CLI::App& app, VerifyOptions& options) { add_history(app, options.shared); }

std::string_view severity_word(store::Trouble::Severity severity) {
  switch (severity) {
    case store::Trouble::Severity::info:
      return "info";
    case store::Trouble::Severity::warning:
      return "warning";
    case store::Trouble::Severity::error:
      break;
  }
  return "error";
}

Result<Exit> verify(const VerifyOptions& options, Env& env) {
  TRY(const Opened opened, open_history(options.shared, env));
  const std::string url = opened.store->url();
  std::vector<store::Trouble> troubles;
  {
    Progress progress(env, options.shared.quiet, "verifying", 0);
    TRY(troubles, opened.store->verify(progress.of_bytes()));
  }
  std::size_t bad = 0;
  using enum store::Trouble::Severity;
  for (const auto severity : {error, warning, info})
    for (const store::Trouble& trouble : troubles) {
      if (trouble.severity != severity) continue;
      if (severity != info) ++bad;
      if (severity == info && options.shared.quiet) continue;
      env.out(fmt::format("{}: {}: {}\n  {}\n", severity_word(severity),
                          safe_text(trouble.place, 500), safe_text(trouble.what, 1000),
                          safe_text(trouble.remedy, 500)));
    }
  if (bad > 0)
    return fail(
        Code::store,
        fmt::format("{}: {} {} found", url, bad, bad == 1 ? "trouble was" : "troubles were"),
        "each is named above, with what to do");
  TRY(const std::vector<store::Head> heads, opened.store->list({.all_versions = true}));
  if (!options.shared.quiet)
    env.out(fmt::format("{}: {} records, each as it was written, and all that they refer to\n", url,
                        heads.size()));
  return Exit::pass;
}

// ---- prune

struct PruneOptions {
  Shared shared;
  int months = 0;
  std::string hold, why;
  bool dry_run = false;
};

void add_prune(CLI::App& app, PruneOptions& options) {
  app.add_option("--months", options.months,
                 "keep what was written in so many months (default: retention.months, else 36)")
      ->check(CLI::Range(1, 1200));
  app.add_option("--hold", options.hold, "a legal hold: say why nothing may go (default: policy)");
  app.add_option("--why", options.why, "why; goes into the record of the deletion");
  app.add_flag("--dry-run", options.dry_run, "say what would go, and change nothing");
  add_history(app, options.shared);
}

Result<Exit> prune(const PruneOptions& options, Env& env) {
  TRY(const Opened opened, open_history(options.shared, env));
  const RetentionPolicy& policy = opened.settings.policy.retention;
  const std::string hold = options.hold.empty() ? policy.legal_hold : options.hold;
  const std::string why = safe_text(sys::private_texts(env.environment).scrub(options.why), 300);
  const int months = options.months == 0 ? policy.months : options.months;
  TRY(const AuditRecord deed,
      permitted({.action = AuditAction::prune,
                 .subject = fmt::format("what is older than {} months", months),
                 .why = why},
                opened.settings.policy, *opened.store, env, options.dry_run));
  store::Pruned pruned;
  {
    Progress progress(env, options.shared.quiet, "pruning", 0);
    TRY(pruned, opened.store->prune({.now = env.now(),
                                     .months = months,
                                     .legal_hold = !hold.empty(),
                                     .hold_reason = safe_text(hold, 300),
                                     .by = deed.actor,
                                     .why = why,
                                     .dry_run = options.dry_run},
                                    progress.of_bytes()));
  }
  if (!options.dry_run && !pruned.months.empty()) CHECKED(store::save_audit(*opened.store, deed));
  if (options.shared.quiet) return Exit::pass;
  for (const store::Pruned::Month& month : pruned.months)
    env.out(fmt::format("{}  records {} to {} ({})\n", month.month, month.first, month.last,
                        month.records));
  const std::string before = date_text(pruned.before);
  if (pruned.months.empty())
    env.out(fmt::format("nothing is older than {}\n", before));
  else
    env.out(fmt::format("{} {} older than {}; {} records of them that are needed {}\n",
                        options.dry_run ? "would take away what is" : "took away what was",
                        options.dry_run ? "" : "written and", before, pruned.carried,
                        options.dry_run ? "would be kept" : "were kept"));
  return Exit::pass;
}

}  // namespace

Command history_compact() {
  return {.name = "compact",
          .summary = "pack what is not written to any more, verified",
          .footer =
              "Every record stays and is read as before. The old file goes only when the new one\n"
              "was read back and compared.\n\nExample:\n  perfgate history compact",
          .add = [](CLI::App& app) { return with<CompactOptions>(app, add_compact, compact); }};
}

Command history_verify() {
  return {
      .name = "verify",
      .summary = "read everything, trust nothing, name each trouble and what to do",
      .footer =
          "Exit 0: clean. Exit 9 (CBKB104): damage, missing records, keys that lead nowhere.\n\n"
          "Example:\n  perfgate history verify --store dir:.perfgate",
      .add = [](CLI::App& app) { return with<VerifyOptions>(app, add_verify, verify); }};
}

Command history_prune() {
  return {
      .name = "prune",
      .summary = "take away what is older than it must be kept (36 months)",
      .footer =
          "Whole months go; baselines in force, open incidents and what they refer to stay. A\n"
          "record tells what went, who did it and why. The policy says who may ([access.prune]),\n"
          "how long to keep ([retention] months) and whether anything may go at all\n"
          "([retention] legal_hold).\n\n"
          "Examples:\n  perfgate history prune --dry-run\n"
          "  perfgate history prune --months 24 --why \"as agreed\"",
      .add = [](CLI::App& app) { return with<PruneOptions>(app, add_prune, prune); }};
}

}  // namespace perfgate::cli

#include "cli/audit/making.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/embedded.hpp"
#include "base/hash.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "gate/audit.hpp"
#include "gate/audit_document.hpp"
#include "model/audit_fields.hpp"
#include "model/audit_json.hpp"
#include "print/pdf.hpp"
#include "report/document_html.hpp"
#include "sys/file.hpp"
#include "sys/git_program.hpp"

namespace perfgate::cli {
namespace {

/// A line of `git log`: commit, parents, when, author, committer, who reviewed, who approved,
/// subject.
constexpr std::string_view merge_format =
    "--format=%H%x00%P%x00%cI%x00%an%x00%cn"
    "%x00%(trailers:key=Reviewed-by,valueonly,unfold,separator=%x2C%x20)"
    "%x00%(trailers:key=Approved-by,valueonly,unfold,separator=%x2C%x20)%x00%s";
/// A line of `git for-each-ref`: object, the commit of an annotated tag, when, name.
constexpr std::string_view tag_format =
    "--format=%(objectname)%00%(*objectname)%00%(creatordate:iso-strict)%00%(refname:strip=2)";

constexpr std::string_view no_population = "there is no population of changes to report on";

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == text.npos) return parts;
    text.remove_prefix(at + 1);
  }
}

/// "Jane Doe <jane@example.org>, John" as "Jane Doe, John".
std::string without_addresses(std::string_view people) {
  std::string names;
  bool inside = false;
  for (const char c : people) {
    if (c == '<') inside = true;
    if (!inside) names += c;
    if (c == '>') inside = false;
  }
  std::string tidy;
  for (const std::string_view part : split(names, ','))
    if (const std::string_view name = trim(part); !name.empty())
      tidy += (tidy.empty() ? "" : ", ") + std::string(name);
  return tidy;
}

class Repository {
 public:
  Repository(const std::string& directory, const Env& env)
      : directory_(directory.empty() ? "." : directory),
        git_{.place = {"-C", directory_}, .environment = env.environment} {
    git_.environment["GIT_NO_REPLACE_OBJECTS"] = "1";
  }

  Result<void> check() const {
    TRY(const sys::GitAnswer answer, ask({"rev-parse", "--is-shallow-repository"}));
    if (answer.exit_code != 0)
      return fail(Code::audit,
                  fmt::format("{}: {} is no git repository: {}", no_population, directory_,
                              safe_text(trim(answer.errors), 200)),
                  "--repo DIR names the repository whose changes were judged");
    if (trim(answer.output) == "true")
      return fail(
          Code::audit,
          fmt::format("{}: {} is a shallow clone, which lacks commits", no_population, directory_),
          "fetch all of it: git fetch --unshallow, or fetch-depth: 0 in the workflow");
    return {};
  }

  /// The ref of a branch here, else at origin; empty: there is none.
  Result<std::string> ref_of(const std::string& branch) const {
    for (const char* place : {"refs/heads/", "refs/remotes/origin/"}) {
      const std::string ref = place + branch;
      TRY(const sys::GitAnswer known,
          ask({"rev-parse", "-q", "--verify", "--end-of-options", ref}));
      if (known.exit_code == 0) return ref;
    }
    return std::string();
  }

  Result<std::vector<MergeFacts>> merges(const std::string& ref) const {
    TRY(const sys::GitAnswer log, ask({"log", "--first-parent", "--no-color", "--no-show-signature",
                                       "--encoding=UTF-8", std::string(merge_format), ref}));
    if (log.exit_code != 0)
      return fail(Code::audit,
                  fmt::format("{}: git says: {}", no_population, safe_text(trim(log.errors), 300)),
                  "does `git log` work there?");
    std::vector<MergeFacts> merges;
    for (const std::string_view line : split(log.output, '\n')) {
      const auto fields = split(line, '\0');
      if (fields.size() != 8) continue;
      MergeFacts merge{.sha = std::string(fields[0]),
                       .subject = repair_utf8(fields[7]),
                       .author = repair_utf8(fields[3]),
                       .merger = repair_utf8(fields[4])};
      const auto parents = split(fields[1], ' ');
      if (parents.size() > 1) merge.head = parents[1];
      merge.approver = without_addresses(repair_utf8(fmt::format("{},{}", fields[5], fields[6])));
      merge.pull_request = gate::pull_request_of(merge.subject);
      const auto at = time_from_text(fields[2]);
      merge.at = at ? *at : Time{-1};
      merges.push_back(std::move(merge));
    }
    std::ranges::reverse(merges);
    // A date that is none does not hide a commit: it counts as its elder's.
    for (std::size_t i = 0; i < merges.size(); ++i)
      if (merges[i].at == Time{-1}) merges[i].at = i == 0 ? Time{0} : merges[i - 1].at;
    return merges;
  }

  Result<std::vector<TagFacts>> tags() const {
    TRY(const sys::GitAnswer refs, ask({"for-each-ref", "--sort=creatordate", "--sort=refname",
                                        std::string(tag_format), "refs/tags"}));
    std::vector<TagFacts> tags;
    for (const std::string_view line : split(refs.output, '\n')) {
      const auto fields = split(line, '\0');
      if (fields.size() != 4) continue;
      const auto at = time_from_text(fields[2]);
      if (!at) continue;  // a tag of something that has no date is no release
      tags.push_back({.name = repair_utf8(fields[3]),
                      .sha = std::string(fields[1].empty() ? fields[0] : fields[1]),
                      .at = *at});
    }
    std::ranges::sort(tags, {}, [](const TagFacts& tag) { return std::tie(tag.at, tag.name); });
    return tags;
  }

 private:
  Result<sys::GitAnswer> ask(std::vector<std::string> arguments) const {
    auto answer = sys::run_git(git_, {.arguments = std::move(arguments)});
    if (!answer)
      return fail(Code::audit, fmt::format("{}: {}", no_population, answer.error().message),
                  answer.error().hint);
    return answer;
  }

  std::string directory_;
  sys::Git git_;
};

}  // namespace

Error as_audit_error(Error error) {
  switch (error.code) {
    case Code::usage:
    case Code::config:
    case Code::audit:
    case Code::interrupted:
    case Code::memory:
    case Code::internal:
      return error;
    default:
      error.message = fmt::format("{} ({})", error.message, to_text(error.code));
      error.code = Code::audit;
      return error;
  }
}

Result<RepositoryFacts> read_repository(const std::string& directory, const std::string& branch,
                                        const Policy& policy, const Env& env) {
  const Repository repository(directory, env);
  CHECKED(repository.check());
  std::vector<std::string> candidates;
  if (!branch.empty())
    candidates = {branch};
  else
    for (const std::string& glob : policy.promotion.branches)
      if (glob.find_first_of("*?[\\") == glob.npos) candidates.push_back(glob);
  RepositoryFacts facts;
  std::string ref;
  for (const std::string& candidate : candidates) {
    TRY(ref, repository.ref_of(candidate));
    if (ref.empty()) continue;
    facts.branch = candidate;
    break;
  }
  if (ref.empty())
    return fail(
        Code::audit,
        fmt::format("{}: {} has no branch `{}`", no_population, directory.empty() ? "." : directory,
                    safe_text(fmt::format("{}", fmt::join(candidates, "`, `")), 200)),
        "--branch NAME names the branch that changes are merged to");
  facts.query = fmt::format("git log --first-parent {}", facts.branch);
  TRY(facts.merges, repository.merges(ref));
  TRY(facts.tags, repository.tags());
  return facts;
}

RepositoryFacts stated_repository(const Audit& audit) {
  RepositoryFacts facts{.branch = audit.population.branch, .query = audit.population.query};
  for (const AuditMerge& merge : audit.population.merges)
    facts.merges.push_back({.sha = merge.sha,
                            .head = merge.head,
                            .at = merge.at,
                            .subject = merge.subject,
                            .author = merge.author,
                            .merger = merge.merger,
                            .approver = merge.approver,
                            .pull_request = merge.pull_request});
  for (const AuditDeployment& tag : audit.deployments)
    facts.tags.push_back({.name = tag.tag, .sha = tag.sha, .at = tag.at});
  return facts;
}

Result<std::string> own_digest() {
  TRY(sys::InputFile file, sys::InputFile::open("/proc/self/exe"));
  Sha256 digest;
  std::string buffer(1 << 16, '\0');
  for (;;) {
    TRY(const std::size_t length, file.read(buffer));
    if (length == 0) return digest.hex();
    digest.add(std::string_view(buffer).substr(0, length));
  }
}

std::string audit_file(std::string_view period, std::string_view format) {
  return fmt::format("audit-{}.{}", period, format);
}

Result<std::map<std::string, std::string>> audit_files(const Audit& audit,
                                                       const std::vector<std::string>& formats) {
  std::map<std::string, std::string> files;
  const doc::Document document = gate::audit_document(audit);
  for (const std::string& format : formats) {
    std::string& bytes = files[format];
    if (format == "json") {
      write_audit(audit, [&](std::string_view piece) { bytes += piece; });
      bytes += "\n";
    } else if (format == "html") {
      CHECKED(report::document_html(document, embedded("templates/audit_report.html"),
                                    "templates/audit_report.html",
                                    [&](std::string_view piece) { bytes += piece; }));
    } else {
      CHECKED(
          print::pdf(document, {.landscape = true}, [&](std::string_view piece) -> Result<void> {
            bytes += piece;
            return {};
          }));
    }
  }
  return files;
}

std::string slo_alerts(const Audit& audit) {
  if (!audit.config.slo_alerts) return {};
  bool any = false;
  std::string text;
  {
    JsonWriter out([&](std::string_view piece) { text += piece; }, 3);
    const auto put = [&](std::string_view name, const auto& value) {
      out.key(name);
      out.value(value);
    };
    out.begin_object();
    put("schema", std::string_view("perfgate.slo-alerts/1"));
    put("period", std::string_view(audit.period.name));
    out.key("violations");
    out.begin_array();
    for (const AuditLimit& limit : audit.limits) {
      if (limit.violated == 0 || limit.kind == LimitKind::target) continue;
      any = true;
      out.begin_object();
      put("subject", std::string_view(limit.subject));
      put("kind", to_text(limit.kind));
      put("limit", std::string_view(limit.written));
      put("checks", limit.checks);
      put("violated", limit.violated);
      put("worst", limit.worst);
      put("worst_margin", limit.worst_margin);
      put("judgement", std::string_view(limit.worst_judgement));
      out.end_object();
    }
    out.end_array();
    out.end_object();
  }
  return any ? text + "\n" : std::string();
}

}  // namespace perfgate::cli

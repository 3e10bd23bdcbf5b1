#include "base/code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace perfgate {
namespace {

constexpr std::array table{
    Explanation{
        Code::timeout, "benchmark execution timeout",
        "A suite ran longer than its deadline and was ended, with all the processes it had "
        "started. "
        "Usually the benchmark hangs, measures far more than it did when the deadline was chosen, "
        "or "
        "the machine is overloaded.",
        "Run the suite's command by hand and see where it stops. Where it is merely slow, raise "
        "`timeout` of its [[suite]] in perfgate.toml, or `benchmark_timeout_minutes` in "
        "thresholds.toml, or measure fewer benchmarks on each change.",
        Exit::not_measured},
    Explanation{
        Code::parse, "performance data parsing failure",
        "The results could not be read: the file is cut short, is empty, is another harness's "
        "format, "
        "or holds a number that no benchmark can have measured.",
        "The message names the file and the place. See that the suite writes the format that "
        "`harness` in perfgate.toml names, and that it was not ended half-way; "
        "`perfgate help import` lists the formats that can be read.",
        Exit::not_measured},
    Explanation{
        Code::schema, "JSON schema validation error",
        "A file is JSON but is not what its schema demands: a key is missing or unknown, a value "
        "is "
        "beyond its limits or has more decimals than allowed. Or the schema itself uses a keyword "
        "that perfgate does not know, and so cannot vouch for.",
        "The message holds the JSON pointer of the value and what was expected there. "
        "`perfgate validate` checks a file, and `perfgate validate --print-schema` shows the "
        "schema.",
        Exit::not_measured},
    Explanation{
        Code::github, "GitHub API authentication failure",
        "GitHub refused a request: the token is missing, expired, or lacks a permission. A pull "
        "request from a fork gets a token that cannot write.",
        "Grant the job the permission that the message names (pull-requests: write for comments, "
        "checks: write for check runs) and pass the token. For forks, publish from a workflow_run "
        "job. The verdict itself does not depend on it.",
        Exit::github},
    Explanation{
        Code::slo, "SLO violation detected",
        "A value lies below its floor, above its ceiling, or got worse than the baseline by more "
        "than "
        "policy allows. It is an answer rather than a malfunction: what was measured is too slow.",
        "The report names the benchmark, the limit, the value and since when. Look at what the "
        "change did to it, and measure again with more process launches (`perfgate gate "
        "--repetitions N`) where you doubt it. Where the cost is intended, `perfgate baseline "
        "accept` writes a waiver with reason, owner and expiry; a floor or ceiling is changed in "
        "the policy, with the reason beside it. A waiver that is dead or expired fails too: the "
        "report names it.",
        Exit::failed},
    Explanation{Code::promotion, "baseline promotion failure",
                "The run did not meet every criterion for a baseline, the policy does not let the "
                "actor promote, another promotion came first, or the baseline could not be "
                "written. "
                "The baseline is as it was.",
                "Each criterion is listed with its outcome; the failed ones say what is missing. "
                "`perfgate baseline promote --dry-run` shows the list without promoting. Going "
                "back to an older run takes `perfgate baseline rollback`. Who may promote stands "
                "in [access.promote] of thresholds.toml.",
                Exit::promotion},
    Explanation{Code::audit, "audit report generation error",
                "The audit could not be made, or what it rests on was changed afterwards: a "
                "record's checksum "
                "or its link to the one before does not hold.",
                "The message names the first record that does not hold: restore "
                "the store from a copy. For a missing source, the message names the file.",
                Exit::audit},
    Explanation{Code::usage, "wrong command line",
                "An option or argument is unknown, missing, or contradicts another.",
                "The message names it and, where one is close, the option that was probably meant. "
                "`perfgate help COMMAND` lists them all.",
                Exit::usage},
    Explanation{
        Code::config, "wrong configuration",
        "A configuration file or a PERFGATE_* variable holds an unknown key, a value of the wrong "
        "type or unit, or limits that contradict each other. perfgate never guesses what a limit "
        "was meant to be.",
        "The message names the file, the line and the key. `perfgate validate policy FILE` checks "
        "a "
        "policy, and `perfgate config --origin` shows every value and where it came from.",
        Exit::usage},
    Explanation{
        Code::io, "input or output failure",
        "A file or directory could not be read or written: it does not exist, access is denied, or "
        "the disk is full.",
        "The message names the path and the system's reason. Check the path, its permissions and "
        "the "
        "free space. Files that were there before are left as they were.",
        Exit::internal},
    Explanation{Code::store, "history store failure",
                "The history store is damaged, locked by another perfgate, not writable, or was "
                "written by a "
                "newer version.",
                "The message tells which record is damaged. A lock names its holder: "
                "wait for "
                "it, or end it. A newer store needs the version that the message names.",
                Exit::internal},
    Explanation{Code::git, "git failure",
                "A git command failed: this is no repository, the commit is not in this clone, or "
                "git is not "
                "installed.",
                "In CI, fetch enough history (`fetch-depth: 0` for actions/checkout). Outside a "
                "repository, "
                "name the commit with --commit and the branch with --branch.",
                Exit::internal},
    Explanation{
        Code::internal, "defect of perfgate",
        "perfgate met a state that it holds to be impossible. This is a defect of its own, not of "
        "your configuration or your benchmarks.",
        "Please report it with the message, the version (`perfgate --version`) and, if you can, "
        "the "
        "files that it read. `--trace` shows what it was doing.",
        Exit::internal},
    Explanation{
        Code::memory, "out of memory",
        "The system refused perfgate more memory. The input is far larger than expected, or the "
        "machine or container has very little.",
        "Give the job more memory, or read fewer files at once.", Exit::internal},
    Explanation{
        Code::interrupted, "interrupted by a signal",
        "perfgate was ended by SIGINT or SIGTERM: by a person, or because CI cancelled the job. It "
        "ended the processes it had started; what had been measured until then is written.",
        "Run it again. Where CI cancels jobs that run too long, raise the job's time limit above "
        "the "
        "suites' own `timeout`, so that perfgate can tell which suite hangs.",
        Exit::internal},
    Explanation{
        Code::process_failed, "benchmark process failed",
        "A suite's process crashed or ended with a non-zero exit code, so that its results cannot "
        "be "
        "trusted to be complete.",
        "The message holds the exit code or signal and the end of what the process wrote. Run the "
        "suite's command by hand.",
        Exit::not_measured},
    Explanation{
        Code::setup_failed, "suite setup failed",
        "The command that prepares a suite, usually its build, failed. Nothing of this suite was "
        "measured.",
        "The end of its log is shown. Run the `setup` command of the suite by hand, in the suite's "
        "`cwd`.",
        Exit::not_measured},
    Explanation{
        Code::missing, "expected benchmark missing",
        "A benchmark that the inventory expects was not measured. A benchmark that is gone cannot "
        "be "
        "told from one that crashed, so it never counts as passed.",
        "Where it was renamed, declare it in [gate.aliases] of thresholds.toml; where it was "
        "removed, "
        "remove it from `expected` and promote a new baseline. Else see why the suite skips it.",
        Exit::not_measured},
    Explanation{
        Code::nothing_measured, "nothing measured",
        "The run holds no measurement at all: the suite printed nothing, a filter matched no "
        "benchmark, or every benchmark failed.",
        "Run the suite's command by hand and see what it prints. Check its filter.",
        Exit::not_measured},
    Explanation{
        Code::host_busy, "host busy",
        "Another perfgate is measuring on this machine. Two measurements at once disturb each "
        "other, "
        "and both would be wrong.",
        "The message names the process that holds the lock. Wait for it, or give the jobs a "
        "concurrency group so that they run one after the other.",
        Exit::not_measured},
    Explanation{
        Code::benchmark_error, "benchmark reported an error",
        "The harness itself reported that a benchmark failed, so there is no value to judge. A "
        "benchmark that fails early would otherwise look fast.",
        "The message holds the harness's own text. Fix the benchmark, or remove it from the suite "
        "and "
        "from `expected`.",
        Exit::not_measured},
    Explanation{
        Code::access, "access refused",
        "The policy says who may do this ([access.accept], [access.prune] of thresholds.toml), and "
        "you are not among them. Nothing was changed; the attempt is in the history.",
        "The message names the actor, the roles that are known of them, and who may. Ask one of "
        "those, or have the policy changed and reviewed. Roles come from the event of the CI job "
        "(GITHUB_EVENT_PATH); on a machine of your own the actor is `local`.",
        Exit::usage},
    Explanation{
        Code::publication, "publication failure",
        "GitHub could not be reached, did not answer in time, limited the rate of requests for "
        "longer than perfgate waits (120 s), or refused what was sent for another reason than a "
        "permission. What was tried again and how often stands in the log.",
        "The verdict does not depend on it: report and summary are written before. Run the job "
        "again; see whether GITHUB_API_URL, HTTPS_PROXY and SSL_CERT_FILE are right, and whether "
        "GitHub has an incident. To have a failed publication fail the job, say `--require`.",
        Exit::github},
};

}  // namespace

std::span<const Explanation> explanations() { return table; }

const Explanation& explain(Code code) {
  return *std::ranges::find(table, code, &Explanation::code);
}

std::string to_text(Code code) { return fmt::format("CBKB{:03}", static_cast<unsigned>(code)); }

std::optional<Code> code_from_text(std::string_view text) {
  if (text.size() > 4) {
    for (std::size_t i = 0; i < 4; ++i)
      if ((static_cast<unsigned char>(text[i]) & ~0x20U) != static_cast<unsigned char>("CBKB"[i]))
        return std::nullopt;
    text.remove_prefix(4);
  }
  if (text.empty() || text.size() > 4) return std::nullopt;
  unsigned number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  for (const Explanation& row : table)
    if (static_cast<unsigned>(row.code) == number) return row.code;
  return std::nullopt;
}

}  // namespace perfgate

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"
#include "cli/audit/making.hpp"
#include "cli/audit/verifier.hpp"
#include "sys/file.hpp"

namespace perfgate::cli {

Result<Exit> AuditVerifier::conclude(const store::CheckpointKey* key, bool with_repository) {
  if (options_.head.empty())
    open(
        "that the history as a whole was not rewritten, nor its newest records cut off: give "
        "--expect-head, as it stands in a job summary, a comment or a commit message");
  if (!key)
    open("who made the checkpoints: give --key{}",
         any_signature_ ? "" : ", of reports that were made with one");
  if (!with_repository)
    open("that the population is what git lists: give --repo, and the changes are listed again");
  open(
      "that runs came from the machines and commits that they name: see the attestations of "
      "their workflows");
  open(
      "the estimates of change and their bands, which depend on the policy of the time: they "
      "were only held to the medians and intervals beside them");
  if (without_run_ > 0)
    open("{} judgements whose runs the history does not hold: no samples", without_run_);
  std::string text;
  std::size_t recomputed = 0;
  for (const Report& report : reports_) recomputed += report.recomputed;
  text += fmt::format(
      "{} of {} reports computed again from {} records; {} figures of {} "
      "judgements held against samples\n",
      recomputed, reports_.size(), records_, figures_, rechecked_);
  if (head_record_ > 0)
    text +=
        fmt::format("the expected head is record {}: all up to it is what it was\n", head_record_);
  for (const std::string& one : proved_) text += one + "\n";
  text += "not proved:\n";
  for (const std::string& one : open_) text += "  " + one + "\n";
  if (!options_.audit.shared.quiet) env_.out(text);
  if (wrong_.empty()) {
    env_.out("verified\n");
    return Exit::pass;
  }
  constexpr std::size_t most = 50;
  for (std::size_t i = 0; i < std::min(most, wrong_.size()); ++i)
    env_.out(fmt::format("wrong: {}\n", safe_text(wrong_[i], 1000)));
  return fail(
      Code::audit,
      fmt::format("{} {} not hold: {}", wrong_.size(),
                  wrong_.size() == 1 ? "thing does" : "things do", safe_text(wrong_.front(), 600)),
      "each is named above; compare with a copy that was kept elsewhere");
}

namespace {

using Options = AuditVerifyOptions;

void add(CLI::App& app, Options& options) {
  app.add_option("directory", options.directory, "folder of the reports")->required();
  app.add_option("--expect-head", options.head,
                 "checksum of a record that the history must still hold, as it was written down "
                 "elsewhere");
  add_audit(app, options.audit);
}

Result<Exit> run(const Options& options, Env& env) {
  TRY(const Settings settings, load_settings(options.audit.shared, env));
  std::optional<store::CheckpointKey> key;
  if (!options.audit.key.empty()) {
    TRY(const std::string pem, sys::read_file(options.audit.key, 1 << 16));
    TRY(key, store::CheckpointKey::read(pem, options.audit.key));
  }
  TRY(const std::unique_ptr<store::Store> store, store::open(settings.store_url));
  std::optional<RepositoryFacts> repository;
  if (!options.audit.repository.empty()) {
    TRY(repository,
        read_repository(options.audit.repository, options.audit.branch, settings.policy, env));
  }
  AuditVerifier verifier(options, *store, env);
  CHECKED(verifier.read_reports());
  CHECKED(verifier.read_history(repository));
  verifier.hold_against_checkpoints(key ? &*key : nullptr);
  CHECKED(verifier.hold_against_samples());
  return verifier.conclude(key ? &*key : nullptr, repository.has_value());
}

}  // namespace

Command audit_verify() {
  return {
      .name = "verify",
      .summary = "compute reports again from the history, and say what holds",
      .footer =
          "Computes every figure again, renders every file again, holds the figures of judgements "
          "\nagainst the samples of their runs, and the files against the checkpoints in the "
          "store.\n--expect-head holds the history to a checksum that was written down elsewhere, "
          "--key the\ncheckpoints to a key, --repo the population to git.\n\n"
          "Exit 0: verified; what could not be proved is said. Exit 8 (CBKB007): something was "
          "changed,\nand is named.\n\n"
          "Examples:\n  perfgate audit verify audit\n"
          "  perfgate audit verify audit --store dir:.perfgate --expect-head 1f3a... --key "
          "audit-key.pub",
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli

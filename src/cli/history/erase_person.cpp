#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/counted.hpp"
#include "base/text.hpp"
#include "cli/history/access.hpp"
#include "cli/history/history.hpp"
#include "model/person.hpp"
#include "store/erasure.hpp"
#include "store/people.hpp"
#include "store/repository.hpp"
#include "store/stored_history.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  std::string name, hold, why;
  bool dry_run = false;
};

void add(CLI::App& app, Options& options) {
  app.add_option("name", options.name, "the login or name, as the history shows it")->required();
  app.add_option("--hold", options.hold, "a legal hold: say why nothing may go (default: policy)");
  app.add_option("--why", options.why, "why; goes into the record of the deletion");
  app.add_flag("--dry-run", options.dry_run, "say what would go, and change nothing");
  add_history(app, options.shared);
}

Result<void> check(const Options& options, const std::string& hold) {
  if (options.name.empty() || options.name == local_actor || options.name == erased_name)
    return fail(Code::usage, fmt::format("`{}` names nobody", safe_text(options.name, 100)),
                "give the name as `perfgate history export kind=audit` shows it");
  if (store::mentions(options.why, options.name))
    return fail(Code::usage, "--why: the reason names the person, and would stay in the history",
                "say why without the name: \"as asked for on 2026-11-20\"");
  if (!hold.empty())
    return fail(
        Code::store,
        fmt::format("erasing a person: the store is under a legal hold: {}", safe_text(hold, 300)),
        "nothing may be deleted until the hold is lifted");
  return {};
}

std::string numbers(const std::vector<std::int64_t>& records) {
  constexpr std::size_t most = 20;
  const std::size_t shown = std::min(most, records.size());
  const std::vector<std::int64_t> first(records.begin(),
                                        records.begin() + static_cast<std::ptrdiff_t>(shown));
  return fmt::format("{}{}", fmt::join(first, ", "), shown < records.size() ? ", ..." : "");
}

Result<Exit> run(const Options& options, Env& env) {
  TRY(const Opened opened, open_history(options.shared, env));
  const Policy& policy = opened.settings.policy;
  CHECKED(check(options, options.hold.empty() ? policy.retention.legal_hold : options.hold));
  TRY(AuditRecord deed,
      permitted({.action = AuditAction::erase,
                 .subject = "names of a person",
                 .why = safe_text(sys::private_texts(env.environment).scrub(options.why), 300)},
                policy, *opened.store, env, options.dry_run));
  store::TellErasure tell;
  if (!options.dry_run)
    tell = [&](const store::Erasure& erasure) {
      deed.subject = store::erasure_subject(erasure.names);
      return store::Store::Addition{.kind = Kind::audit,
                                    .key = store::key_of(deed),
                                    .value = store::Stored<AuditRecord>::write(deed),
                                    .at = deed.at};
    };
  TRY(const store::Erasure erasure, store::erase_person(*opened.store, options.name, tell));
  const std::string url = opened.store->url();
  if (!options.shared.quiet) {
    env.out(erasure.names == 0
                ? fmt::format("no name of this person is kept apart ({})\n", url)
                : fmt::format("{} {} of this person ({}): the chain stays as it is\n",
                              options.dry_run ? "would erase" : "erased",
                              counted(erasure.names, "name"), url));
    if (erasure.names > 0 && !options.dry_run && url.starts_with("git:"))
      env.out(
          "the branch's older commits still hold them, until its owner rewrites it to its newest "
          "commit alone\n");
  }
  if (!erasure.mentions.empty())
    env.err(fmt::format(
        "perfgate: warning: the name stays where it is in what people wrote (reasons, branches) or "
        "an older version did: {} {}\n",
        erasure.mentions.size() == 1 ? "record" : "records", numbers(erasure.mentions)));
  return Exit::pass;
}

}  // namespace

Command history_erase_person() {
  return {
      .name = "erase-person",
      .summary = "take a person's name away; the chain stays as it is",
      .footer =
          "The history keeps names (who promoted, accepted, marked, pruned; the owners of "
          "waivers)\n"
          "apart from its records, which hold a digest with a random salt. The names and salts "
          "go,\n"
          "`(erased)` is shown instead, and a record that does not name the person tells how many\n"
          "went, who did it and why. The policy says who may ([access.prune]) and whether "
          "anything\n"
          "may go at all ([retention] legal_hold).\n\n"
          "What people wrote into reasons, and branches named after them, stays and is warned of.\n"
          "Reports and exports that were made before lie outside of the store.\n\n"
          "Examples:\n  perfgate history erase-person ann --dry-run\n"
          "  perfgate history erase-person ann --why \"as asked for on 2026-11-20\"",
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/text.hpp"
#include "cli/history/access.hpp"
#include "cli/history/history.hpp"
#include "store/history.hpp"
#include "store/repository.hpp"
#include "store/stored_history.hpp"

namespace perfgate::cli {
namespace {

struct Options {
  Shared shared;
  std::string subject, why, by;
  bool wrong = false, right = false;
};

void add(CLI::App& app, Options& options) {
  app.add_option("judgement", options.subject, "key of a judgement, or id of its run")->required();
  CLI::Option* wrong = app.add_flag("--wrong", options.wrong, "that red was wrong");
  app.add_flag("--right", options.right, "it was right after all: takes the mark back")
      ->excludes(wrong);
  app.add_option("--why", options.why, "why");
  app.add_option("--by", options.by,
                 "who says so (default: GITHUB_TRIGGERING_ACTOR, GITHUB_ACTOR, or `local`)");
  add_history(app, options.shared);
}

/// By key; else the newest of the run.
Result<std::string> judgement_named(const store::Store& store, const std::string& name) {
  TRY(std::vector<store::Head> heads, store.list({.kind = Kind::judgement, .key = name}));
  if (heads.empty()) {
    TRY(heads, store.list({.kind = Kind::judgement, .terms = {{"run_id", name}}}));
  }
  if (heads.empty())
    return fail(Code::usage,
                fmt::format("`{}` is neither the key of a judgement of {} nor the id of a run that "
                            "was judged",
                            safe_text(name, 200), store.url()),
                "`perfgate history export kind=judgement verdict=fail` shows those that are red");
  return heads.back().key;
}

Result<Exit> run(const Options& options, Env& env) {
  if (options.wrong == options.right)
    return fail(Code::usage, "was it wrong, or right?", "--wrong --why TEXT, or --right");
  if (options.wrong && trim(options.why).empty())
    return fail(Code::usage, "a red verdict is not called wrong without saying why",
                "--why \"the runner was shared\"");
  TRY(const Opened opened, open_history(options.shared, env));
  store::Store& store = *opened.store;
  TRY(const std::string key, judgement_named(store, options.subject));
  TRY(const auto judgement, store::Repository<Judgement>(store).find(key));
  if (!judgement)
    return fail(Code::store, fmt::format("{}: the judgement `{}` is gone", store.url(), key),
                "see `perfgate history verify`");
  if (judgement->verdict != Verdict::fail)
    return fail(Code::usage,
                fmt::format("the judgement of run {} is {}: only a red one can be wrong",
                            safe_text(judgement->run_id, 100), label(judgement->verdict)),
                "give one whose verdict is fail");
  const Mark mark{.judgement = key,
                  .at = env.now(),
                  .by = options.by.empty() ? acting(env) : safe_text(options.by, 100),
                  .wrong = options.wrong,
                  .why = safe_text(sys::private_texts(env.environment).scrub(options.why), 300)};
  TRY(AuditRecord deed, permitted({.action = AuditAction::mark, .subject = key, .why = mark.why},
                                  opened.settings.policy, store, env));
  CHECKED(store::Repository<Mark>(store).save(mark, mark.at));
  CHECKED(store::save_audit(store, deed));
  if (!options.shared.quiet)
    env.out(fmt::format("the verdict on run {} is marked as {}\n",
                        safe_text(judgement->run_id, 100), mark.wrong ? "wrong" : "right"));
  return Exit::pass;
}

}  // namespace

Command history_mark() {
  return {.name = "mark",
          .summary = "say that a red verdict was wrong; `history stats` tells how many are",
          .footer =
              "Examples:\n  perfgate history mark 20261120T113500Z-1a2b3c4d --wrong --why \"noisy "
              "runner\"\n  perfgate history mark main@20261120T113500Z-1a2b3c4d --right",
          .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"
#include "cli/history/history.hpp"
#include "cli/progress.hpp"
#include "store/exported.hpp"

namespace perfgate::cli {
namespace {

using Addition = store::Store::Addition;

struct Options {
  Shared shared;
  bool dry_run = false;
};

void add(CLI::App& app, Options& options) {
  app.add_flag("--dry-run", options.dry_run, "say what would be written anew, and change nothing");
  add_history(app, options.shared);
}

/// An entity whose stored form is not what this version writes.
struct Outdated {
  std::string before;  ///< its key
  Addition now;
};

Result<std::vector<Outdated>> outdated(const store::Store& store,
                                       const std::vector<store::Head>& heads, Progress& progress) {
  std::vector<Outdated> found;
  CHECKED(store.read(heads, [&](std::size_t i, store::Record& record) -> Result<bool> {
    progress.add();
    if (record.kind == Kind::deletion || record.kind == Kind::checkpoint) return true;
    TRY(store::Rewritten now, store::rewrite(record.kind, record.value, record.place));
    // Nothing refers to an audit record: whatever it is called, it keeps its name.
    if (record.kind == Kind::audit) now.key = heads[i].key;
    if (now.key == heads[i].key && now.value == record.value) return true;
    found.push_back({.before = heads[i].key,
                     .now = {record.kind, std::move(now.key), std::move(now.value), record.at}});
    return true;
  }));
  return found;
}

/// Writes one anew, unless another process changed it, and takes the old key away.
Result<void> write_anew(store::Store& store, const std::vector<Outdated>& batch) {
  return store.append_if([&](const store::Store& locked) -> Result<std::vector<Addition>> {
    std::vector<Addition> additions;
    for (const Outdated& one : batch) {
      const auto& [kind, key, value, at] = one.now;
      TRY(const auto newest, locked.find(kind, one.before));
      if (!newest) continue;
      TRY(const store::Rewritten now, store::rewrite(kind, newest->value, newest->place));
      if (now.value != value) continue;
      TRY(const auto there, locked.find(kind, key));
      if (!there || there->value != value) additions.push_back(one.now);
      if (key != one.before) additions.push_back({kind, one.before, "null", at});
    }
    return additions;
  });
}

Result<void> read_back(const store::Store& store, const std::vector<Outdated>& batch) {
  for (const Outdated& one : batch) {
    TRY(const auto record, store.find(one.now.kind, one.now.key));
    if (!record || record->value != one.now.value)
      return fail(Code::store,
                  fmt::format("{}: the {} `{}` was written anew and does not read back equal",
                              store.url(), perfgate::to_text(one.now.kind), one.now.key),
                  "the old record is still in the log; see `perfgate history verify`");
  }
  return {};
}

Result<Exit> run(const Options& options, Env& env) {
  TRY(const Opened opened, open_history(options.shared, env));
  store::Store& store = *opened.store;
  TRY(const std::vector<store::Head> heads, store.list({}));
  Progress progress(env, options.shared.quiet, "reading records", heads.size());
  TRY(const std::vector<Outdated> all, outdated(store, heads, progress));
  const auto say = [&](std::string_view what) {
    if (!options.shared.quiet)
      env.out(fmt::format("{} of {} records {}\n", all.size(), heads.size(), what));
  };
  if (options.dry_run) {
    for (const Outdated& one : all)
      env.out(fmt::format("{} {}{}\n", perfgate::to_text(one.now.kind), safe_text(one.before, 200),
                          one.before == one.now.key ? "" : " -> " + safe_text(one.now.key, 200)));
    say("would be written anew; nothing was changed");
    return Exit::pass;
  }
  constexpr std::size_t batch_size = 500;
  for (std::size_t begin = 0; begin < all.size(); begin += batch_size) {
    const std::vector<Outdated> batch(
        all.begin() + static_cast<std::ptrdiff_t>(begin),
        all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), begin + batch_size)));
    CHECKED(write_anew(store, batch));
    CHECKED(read_back(store, batch));
  }
  say("were of an older form, and are written anew");
  return Exit::pass;
}

}  // namespace

Command history_migrate() {
  return {
      .name = "migrate",
      .summary = "write what older versions wrote as this one does, verified",
      .footer =
          "Older records are read for ever; this is for tools that read the files themselves.\n"
          "Nothing is taken out of the log: what is written anew supersedes. A record of a newer\n"
          "version is refused, with the version needed.\n\n"
          "Example:\n  perfgate history migrate --dry-run",
      .add = [](CLI::App& app) { return with<Options>(app, add, run); }};
}

}  // namespace perfgate::cli

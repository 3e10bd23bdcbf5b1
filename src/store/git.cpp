#include "store/git.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <random>
#include <thread>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "store/directory.hpp"
#include "store/git_mirror.hpp"
#include "store/git_store.hpp"
#include "store/git_view.hpp"
#include "store/log.hpp"
#include "store/people.hpp"
#include "store/record.hpp"

namespace perfgate::store {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view default_branch = "perfgate-data";
/// Where we saw or made the tip so shortly ago, it is tried without asking first: the push itself
/// says whether it still holds.
constexpr auto tried_unseen = 10s;
/// How often trouble with the network, or what may be an unlucky moment, is tried again.
constexpr int most_troubles = 3;
constexpr std::chrono::milliseconds first_pause = 25ms, longest_pause = 20s;

std::string cache_root(const GitOptions& options) {
  if (!options.cache.empty()) return options.cache;
  if (const std::string xdg = sys::variable(options.environment, "XDG_CACHE_HOME");
      xdg.starts_with('/'))
    return xdg + "/perfgate";
  if (const std::string home = sys::variable(options.environment, "HOME"); home.starts_with('/'))
    return home + "/.cache/perfgate";
  const std::string temporary = sys::variable(options.environment, "TMPDIR");
  return fmt::format("{}/perfgate-cache-{}", temporary.starts_with('/') ? temporary : "/tmp",
                     ::geteuid());
}

Time now() {
  return {std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

/// An error about the mirror tells that it is one.
Error of_copy(Error error, const Branch& branch) {
  if (error.code == Code::store && error.message.find(mirror_path(branch)) != std::string::npos)
    error.hint = fmt::format("this is the local copy of a branch: remove {}, it is made again",
                             branch.cache());
  return error;
}

/// How long to wait before the next attempt: a random part of a time that doubles with each race
/// that was lost, as on an Ethernet, so that any number of writers come to take turns. It shrinks
/// again when the branch was idle for most of the wait.
class Backoff {
 public:
  /// `attempt`: how long the one that failed took, on this machine as busy as it is.
  std::chrono::milliseconds next(std::chrono::milliseconds attempt) {
    attempt_ = std::max(attempt, first_pause);
    most_ = std::min(std::max(most_ * 2, attempt_), longest_pause);
    std::uniform_int_distribution<std::int64_t> part(1, most_.count());
    return last_ = std::chrono::milliseconds(part(random_));
  }
  /// So many records were added by others since.
  void saw(std::int64_t records) {
    if (records * attempt_ < last_ / 4) most_ = std::max(most_ / 4, first_pause);
  }

 private:
  std::minstd_rand random_{std::random_device{}()};
  std::chrono::milliseconds most_{0}, attempt_{0}, last_{0};
};

}  // namespace

GitStore::GitStore(std::string remote, std::string branch, GitOptions options)
    : remote_(std::move(remote)), branch_name_(std::move(branch)), options_(std::move(options)) {
  if (!options_.sleep)
    options_.sleep = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); };
}

std::string GitStore::url() const {
  return fmt::format("git:{}#{}", sys::without_credentials(remote_), branch_name_);
}

Result<Branch*> GitStore::branch() const {
  if (!branch_) {
    TRY(const sys::GitRemote remote,
        sys::resolve_remote(remote_, options_.directory, options_.environment));
    const std::string cache = fmt::format("{}/git/{}", cache_root(options_),
                                          sha256(remote.url + "\n" + branch_name_).substr(0, 32));
    TRY(Branch opened, Branch::open(remote, branch_name_, cache, options_.environment));
    branch_ = std::move(opened);
  }
  return &*branch_;
}

Result<void> GitStore::refresh() const {
  TRY(Branch * open, branch());
  if (mirror_ && SteadyClock::now() - seen_at_ < options_.fresh) return {};
  TRY(const sys::FileLock lock, open->lock(options_.patience));
  open->tidy();
  TRY(const std::optional<Tip> tip, open->fetch());
  CHECKED(update_mirror(*open, tip));
  if (!mirror_) mirror_ = open_directory(mirror_path(*open));
  seen_at_ = SteadyClock::now();
  return {};
}

Result<std::vector<Head>> GitStore::list(const Selection& selection) const {
  const std::lock_guard guard(mutex_);
  CHECKED(refresh());
  auto heads = mirror_->list(selection);
  if (!heads) return std::unexpected(of_copy(heads.error(), *branch_));
  return heads;
}

Result<void> GitStore::read(std::span<const Head> heads, const Visit& visit,
                            unsigned workers) const {
  {
    const std::lock_guard guard(mutex_);
    if (!mirror_) CHECKED(refresh());
  }
  const auto done = mirror_->read(heads, visit, workers);
  if (!done) return std::unexpected(of_copy(done.error(), *branch_));
  return done;
}

Result<void> GitStore::append_if(const Decide& decide) {
  return advance(
      [&](const Branch& open, const std::optional<Tip>& tip) -> Result<std::optional<Tip>> {
        TRY(const std::vector<Addition> additions, decide(BranchView(open, tip, url())));
        if (additions.empty()) return std::nullopt;
        TRY(Tip next, commit_records(open, tip, additions));
        return next;
      });
}

Result<void> GitStore::advance(const Propose& propose) {
  const std::lock_guard guard(mutex_);
  const auto done = try_to_advance(propose);
  if (done || done.error().code != Code::git) return done;
  Error error = done.error();
  error.hint += fmt::format(
      "{}Nothing is lost: the run is still in its run.json, `perfgate history add run.json --store "
      "{}` adds it later",
      error.hint.empty() ? "" : ". ", url());
  return std::unexpected(std::move(error));
}

Result<void> GitStore::try_to_advance(const Propose& propose) {
  TRY(Branch * open, branch());
  TRY(const sys::FileLock lock, open->lock(options_.patience));
  open->tidy();
  const auto begin = SteadyClock::now();
  Backoff backoff;
  int attempts = 0, troubles = 0;
  std::int64_t seq_before = 0;
  std::vector<std::string> uncertain;  // commits that may have arrived, or not
  for (;;) {
    const auto attempt_begin = SteadyClock::now();
    const auto pause = [&] {
      options_.sleep(backoff.next(std::chrono::duration_cast<std::chrono::milliseconds>(
          SteadyClock::now() - attempt_begin)));
    };
    std::optional<Tip> tip;
    const bool asked = attempts > 0 || open->age() >= tried_unseen;
    if (asked) {
      GitTrouble why{};
      auto fetched = open->fetch(&why);
      if (!fetched) {
        if (why != GitTrouble::network || ++troubles >= most_troubles)
          return std::unexpected(fetched.error());
        ++attempts;
        pause();
        continue;
      }
      tip = *fetched;
    } else {
      TRY(tip, open->known());
    }
    const std::int64_t seq = tip ? tip->summary.seq : 0;
    if (attempts > 0) backoff.saw(seq - seq_before);
    seq_before = seq;
    for (const std::string& commit : uncertain) {
      if (!tip) break;
      TRY(const bool arrived, open->contains(*tip, commit));
      if (arrived) return {};
    }

    auto next = propose(*open, tip);
    if (!asked && (!next || !*next)) {
      // Nothing will be pushed that would tell whether this still is the tip.
      TRY(tip, open->fetch());
      next = propose(*open, tip);
    }
    if (!next) return std::unexpected(next.error());
    if (!*next) return {};

    ++attempts;
    const auto pushed = open->push(tip, **next);
    if (pushed && pushed->done) {
      seen_at_ = {};  // the mirror is behind
      return {};
    }
    const GitTrouble trouble = pushed ? pushed->trouble : GitTrouble::network;
    const bool race = trouble == GitTrouble::race || trouble == GitTrouble::rewritten;
    if (!race) uncertain.push_back((*next)->commit);
    const auto spent = SteadyClock::now() - begin;
    if ((!race && (trouble != GitTrouble::network || ++troubles >= most_troubles)) ||
        spent > options_.patience) {
      if (!pushed) return std::unexpected(pushed.error());
      return std::unexpected(
          open->error(race ? GitTrouble::race : trouble,
                      fmt::format("pushing (tried {} times in {} s)", attempts,
                                  std::chrono::duration_cast<std::chrono::seconds>(spent).count()),
                      pushed->errors));
    }
    if (options_.progress)
      options_.progress(fmt::format("{}: {}; attempt {} follows", url(),
                                    race ? "another writer was first" : "the remote did not answer",
                                    attempts + 1));
    pause();
  }
}

Result<Tip> commit_records(const Branch& branch, const std::optional<Tip>& tip,
                           const std::vector<Store::Addition>& additions,
                           const std::vector<std::string>& removed, std::string_view first_month) {
  TipSummary summary = tip ? tip->summary : TipSummary{.head = std::string(no_record)};
  if (!first_month.empty()) summary.first_month = first_month;
  std::vector<Branch::Content> files;
  std::vector<Record> records;
  std::vector<Person> people;
  for (const Store::Addition& addition : additions) {
    TRY(std::string value, hide_names(addition.kind, addition.value, people));
    Record record{.seq = summary.seq + 1,
                  .prev = summary.head,
                  .kind = addition.kind,
                  .key = addition.key,
                  .at = addition.at,
                  .value = std::move(value)};
    std::string line = to_line(record);
    const std::string month = std::max(month_of(addition.at), summary.last_month);
    if (summary.first_month.empty()) summary.first_month = month;
    summary.last_month = month;
    summary.seq = record.seq;
    summary.head = record.sha256;
    files.push_back({.path = path_of({.month = month,
                                      .kind = record.kind,
                                      .digest = key_digest(record.kind, record.key),
                                      .seq = record.seq}),
                     .bytes = std::move(line)});
    record.value.clear();
    records.push_back(std::move(record));
  }
  for (const Person& person : people)
    files.push_back({.path = path_of_person(person.token), .bytes = person_line(person)});
  return branch.commit(tip, files, removed, commit_message(records, summary), summary, now());
}

Result<std::unique_ptr<Store>> open_git(std::string_view place, GitOptions options) {
  const std::size_t hash = place.rfind('#');
  const std::string remote(place.substr(0, hash));
  const std::string branch(hash == place.npos ? default_branch : place.substr(hash + 1));
  if (remote.empty())
    return fail(Code::config,
                fmt::format("store `git:{}`: the remote is missing", safe_text(place, 200)),
                "git:REMOTE#BRANCH, such as git:origin#perfgate-data");
  if (const auto checked = sys::check_branch(branch); !checked)
    return within(fmt::format("store `git:{}`", safe_text(sys::without_credentials(place), 200)),
                  checked.error());
  return std::make_unique<GitStore>(remote, branch, std::move(options));
}

}  // namespace perfgate::store

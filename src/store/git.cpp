#include "store/git.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "base/hash.hpp"
#include "base/text.hpp"
#include "store/directory.hpp"
#include "store/git_branch.hpp"
#include "store/git_mirror.hpp"
#include "store/kinds.hpp"
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
constexpr std::chrono::milliseconds first_pause = 25ms, longest_pause = 10s;

/// "REMOTE#BRANCH", cut up.
struct GitPlace {
  std::string remote, branch;
};

Result<GitPlace> git_place(std::string_view place) {
  const std::size_t hash = place.rfind('#');
  GitPlace found{
      .remote = std::string(place.substr(0, hash)),
      .branch = std::string(hash == place.npos ? default_branch : place.substr(hash + 1))};
  if (found.remote.empty())
    return fail(Code::config,
                fmt::format("store `git:{}`: the remote is missing", safe_text(place, 200)),
                "git:REMOTE#BRANCH, such as git:origin#perfgate-data");
  if (const auto checked = sys::check_branch(found.branch); !checked)
    return within("store `git:...`", checked.error());
  return found;
}

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

/// What append_if shows of the branch at one commit, while the cache is locked. One key is looked
/// for in the trees alone; everything else takes the mirror.
class BranchView final : public Store {
 public:
  BranchView(const Branch& branch, const std::optional<Tip>& tip, std::string url)
      : branch_(branch), tip_(tip), url_(std::move(url)) {}

  std::string url() const override { return url_; }

  Result<void> append_if(const Decide&) override {
    return fail(Code::internal, "writing to a store from inside its own append");
  }

  Result<std::vector<Head>> list(const Selection& selection) const override {
    if (!tip_) return std::vector<Head>{};
    const bool one_key = selection.kind && !selection.key.empty() && selection.key_prefix.empty() &&
                         selection.terms.empty() && !selection.since && !selection.until &&
                         !selection.all_versions;
    if (!one_key) {
      TRY(const Store* all, mirror());
      return all->list(selection);
    }
    TRY(const std::vector<BranchFile> files,
        branch_.files_of(*tip_, *selection.kind, selection.key));
    std::vector<Head> heads;
    if (files.empty()) return heads;
    CHECKED(branch_.read(std::span(files).last(1),
                         [&](const BranchFile& file, std::string_view content) -> Result<void> {
                           TRY(Record record, read_file(file, content));
                           if (record.key != selection.key || record.erased()) return {};
                           TRY(const Indexed indexed,
                               index_entity(record.kind, record.value, record.at));
                           heads.push_back({.seq = record.seq,
                                            .kind = record.kind,
                                            .key = record.key,
                                            .at = record.at,
                                            .time = indexed.time});
                           seen_[record.seq] = std::move(record);
                           return {};
                         }));
    return heads;
  }

  Result<void> read(std::span<const Head> heads, const Visit& visit,
                    unsigned workers) const override {
    const bool all_seen =
        std::ranges::all_of(heads, [&](const Head& head) { return seen_.contains(head.seq); });
    if (!all_seen) {
      TRY(const Store* all, mirror());
      return all->read(heads, visit, workers);
    }
    for (std::size_t i = 0; i < heads.size(); ++i) {
      Record record = seen_.at(heads[i].seq);
      TRY(const bool more, visit(i, record));
      if (!more) break;
    }
    return {};
  }

 private:
  Result<const Store*> mirror() const {
    if (!mirror_) {
      CHECKED(update_mirror(branch_, tip_));
      mirror_ = open_directory(mirror_path(branch_));
    }
    return mirror_.get();
  }

  const Branch& branch_;
  const std::optional<Tip>& tip_;
  std::string url_;
  mutable std::map<std::int64_t, Record> seen_;
  mutable std::unique_ptr<Store> mirror_;
};

/// How long to wait before the next attempt: a random part of a time that doubles with each race
/// that was lost, as on an Ethernet, so that any number of writers come to take turns; and that
/// shrinks again when fewer records came in meanwhile than a crowd would have added.
class Backoff {
 public:
  std::chrono::milliseconds next() {
    most_ = std::min<std::chrono::milliseconds>(most_ * 2, longest_pause);
    std::uniform_int_distribution<std::int64_t> part(1, most_.count());
    return last_ = std::chrono::milliseconds(part(random_));
  }
  /// So many records were added by others while we waited.
  void saw(std::int64_t records) {
    if (std::chrono::milliseconds(records * 100) < last_) most_ = std::max(most_ / 4, first_pause);
  }

 private:
  std::minstd_rand random_{std::random_device{}()};
  std::chrono::milliseconds most_ = first_pause, last_{0};
};

class GitStore final : public Store {
 public:
  GitStore(GitPlace place, GitOptions options)
      : place_(std::move(place)), options_(std::move(options)) {
    if (!options_.sleep)
      options_.sleep = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); };
  }

  std::string url() const override {
    return fmt::format("git:{}#{}", sys::without_credentials(place_.remote), place_.branch);
  }

  Result<void> append_if(const Decide& decide) override {
    const std::lock_guard guard(mutex_);
    const auto done = append(decide);
    if (done || done.error().code != Code::git) return done;
    Error error = done.error();
    error.hint += fmt::format(
        "{}Nothing is lost: the run is still in its run.json, `perfgate history add run.json "
        "--store {}` adds it later",
        error.hint.empty() ? "" : ". ", url());
    return std::unexpected(std::move(error));
  }

  Result<std::vector<Head>> list(const Selection& selection) const override {
    const std::lock_guard guard(mutex_);
    CHECKED(refresh());
    return mirror_->list(selection);
  }

  Result<void> read(std::span<const Head> heads, const Visit& visit,
                    unsigned workers) const override {
    {
      const std::lock_guard guard(mutex_);
      if (!mirror_) CHECKED(refresh());
    }
    return mirror_->read(heads, visit, workers);
  }

 private:
  Result<Branch*> branch() const {
    if (!branch_) {
      TRY(const sys::GitRemote remote,
          sys::resolve_remote(place_.remote, options_.directory, options_.environment));
      const std::string cache =
          fmt::format("{}/git/{}", cache_root(options_),
                      sha256(remote.url + "\n" + place_.branch).substr(0, 32));
      TRY(Branch opened, Branch::open(remote, place_.branch, cache, options_.environment));
      branch_ = std::move(opened);
    }
    return &*branch_;
  }

  /// The mirror at what the remote has now, or had a moment ago.
  Result<void> refresh() const {
    TRY(Branch * open, branch());
    if (mirror_ && SteadyClock::now() - seen_at_ < options_.fresh) return {};
    TRY(const sys::FileLock lock, open->lock(options_.patience));
    CHECKED(open->tidy());
    TRY(const std::optional<Tip> tip, open->fetch());
    CHECKED(update_mirror(*open, tip));
    if (!mirror_) mirror_ = open_directory(mirror_path(*open));
    seen_at_ = SteadyClock::now();
    return {};
  }

  Result<void> append(const Decide& decide) {
    TRY(Branch * open, branch());
    TRY(const sys::FileLock lock, open->lock(options_.patience));
    CHECKED(open->tidy());
    const auto begin = SteadyClock::now();
    Backoff backoff;
    int attempts = 0, troubles = 0;
    std::int64_t seq_before = 0;
    std::vector<std::string> uncertain;  // commits that may have arrived, or not
    for (;;) {
      bool asked = attempts > 0 || open->age() >= tried_unseen;
      std::optional<Tip> tip;
      if (asked) {
        GitTrouble why{};
        auto fetched = open->fetch(&why);
        if (!fetched) {
          if (why != GitTrouble::network || ++troubles >= most_troubles)
            return std::unexpected(fetched.error());
          ++attempts;
          options_.sleep(backoff.next());
          continue;
        }
        tip = *fetched;
        const std::int64_t seq = tip ? tip->summary.seq : 0;
        if (attempts > 0) backoff.saw(seq - seq_before);
        seq_before = seq;
      } else {
        TRY(tip, open->known());
      }
      for (const std::string& commit : uncertain) {
        if (!tip) break;
        TRY(const bool arrived, open->contains(*tip, commit));
        if (arrived) return {};
      }
      auto additions = decide(BranchView(*open, tip, url()));
      if (!asked && (!additions || additions->empty())) {
        // Nothing will be pushed that would tell whether this still is the tip.
        TRY(tip, open->fetch());
        additions = decide(BranchView(*open, tip, url()));
      }
      if (!additions) return std::unexpected(additions.error());
      if (additions->empty()) return {};

      TRY(const Tip next, commit(*open, tip, *additions));
      ++attempts;
      auto pushed = open->push(tip, next);
      if (pushed && pushed->done) {
        seen_at_ = {};  // the mirror is behind
        return {};
      }
      uncertain.push_back(next.commit);
      const GitTrouble trouble = pushed ? pushed->trouble : GitTrouble::network;
      const bool race = trouble == GitTrouble::race || trouble == GitTrouble::rewritten;
      const bool retry = race || (trouble == GitTrouble::network && ++troubles < most_troubles);
      const auto spent = SteadyClock::now() - begin;
      if (!retry || spent > options_.patience) {
        if (!pushed) return std::unexpected(pushed.error());
        return std::unexpected(open->error(
            race ? GitTrouble::race : trouble,
            fmt::format("pushing (tried {} times in {} s)", attempts,
                        std::chrono::duration_cast<std::chrono::seconds>(spent).count()),
            pushed->errors));
      }
      if (options_.progress)
        options_.progress(
            fmt::format("{}: another writer was first; attempt {}", url(), attempts + 1));
      options_.sleep(backoff.next());
    }
  }

  Result<Tip> commit(const Branch& open, const std::optional<Tip>& tip,
                     const std::vector<Addition>& additions) const {
    Summary summary = tip ? tip->summary : Summary{.head = std::string(no_record)};
    std::vector<Branch::Content> files;
    std::vector<Record> records;
    for (const Addition& addition : additions) {
      Record record{.seq = summary.seq + 1,
                    .prev = summary.head,
                    .kind = addition.kind,
                    .key = addition.key,
                    .at = addition.at,
                    .value = addition.value};
      std::string line = to_line(record);
      const std::string month =
          std::max(perfgate::to_text(addition.at).substr(0, 7), summary.last_month);
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
    return open.commit(tip, files, {}, commit_message(records, summary), summary, now());
  }

  GitPlace place_;
  GitOptions options_;
  mutable std::mutex mutex_;
  mutable std::optional<Branch> branch_;
  mutable std::unique_ptr<Store> mirror_;
  mutable SteadyClock::time_point seen_at_{};
};

}  // namespace

Result<std::unique_ptr<Store>> open_git(std::string_view place, GitOptions options) {
  TRY(GitPlace parsed, git_place(place));
  return std::make_unique<GitStore>(std::move(parsed), std::move(options));
}

}  // namespace perfgate::store

#include "store/git_branch.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <random>
#include <thread>

#include "base/text.hpp"
#include "store/record.hpp"
#include "sys/directory.hpp"
#include "sys/file.hpp"

namespace perfgate::store {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view tip_ref = "refs/perfgate/tip", next_ref = "refs/perfgate/next";
constexpr auto local_timeout = 5min, network_timeout = 10min;
/// Contents are read so many at a time, so that memory does not grow with the history.
constexpr std::size_t read_at_once = 64;
/// The requests of one fetch: what hosts accept in one go.
constexpr std::size_t fetch_at_once = 10'000;
constexpr std::size_t most_packs = 100;
constexpr std::uint64_t max_answer = std::uint64_t{4} << 30;

/// Written by us, always the same: what others may have written there has no effect.
constexpr std::string_view repository_config = R"([core]
	repositoryformatversion = 1
	bare = true
[extensions]
	partialClone = perfgate
[remote "perfgate"]
	promisor = true
	partialclonefilter = blob:none
)";

/// What must hold in our repository, whatever users set for theirs.
sys::GitConfig own_config(const std::string& url, std::string_view branch) {
  return {
      {"remote.perfgate.url", url},
      {"remote.perfgate.pushurl", url},
      // Without `+`: a tip that does not follow from the known one is refused by git itself.
      {"remote.perfgate.fetch", fmt::format("refs/heads/{}:{}", branch, tip_ref)},
      {"core.hooksPath", "/dev/null"},
      {"core.fsmonitor", "false"},
      {"core.fsync", "none"},  // a cache: the remote is what must survive
      {"core.logAllRefUpdates", "false"},
      {"protocol.ext.allow", "never"},
      {"gc.auto", "0"},
      {"maintenance.auto", "false"},
      {"fetch.prune", "false"},
      {"fetch.pruneTags", "false"},
      {"fetch.writeCommitGraph", "false"},
      {"fetch.recurseSubmodules", "false"},
      {"push.gpgSign", "false"},
      {"push.followTags", "false"},
      {"push.recurseSubmodules", "no"},
      {"push.useForceIfIncludes", "false"},
      {"push.pushOption", ""},
      {"submodule.recurse", "false"},
      {"fastimport.unpackLimit", "1"},
      // A connection on which nothing moves for a minute is dead.
      {"http.lowSpeedLimit", "1"},
      {"http.lowSpeedTime", "60"},
  };
}

Result<void> write_where_different(const std::string& path, std::string_view text) {
  if (const auto there = sys::read_file(path, 1 << 20); there && *there == text) return {};
  return sys::write_file_atomic(path, text);
}

/// Removes what killed processes left: locks and unfinished packs. We hold the lock that counts.
void clear_leftovers(const std::string& directory) {
  DIR* open = ::opendir(directory.c_str());
  if (open == nullptr) return;
  while (const dirent* entry = ::readdir(open)) {
    const std::string_view name = entry->d_name;
    if (name.ends_with(".lock") || name.starts_with("tmp_") ||
        name.starts_with("fast_import_crash_"))
      ::unlink((directory + "/" + std::string(name)).c_str());
  }
  ::closedir(open);
}

std::size_t count_packs(const std::string& directory) {
  std::size_t count = 0;
  DIR* open = ::opendir(directory.c_str());
  if (open == nullptr) return 0;
  while (const dirent* entry = ::readdir(open))
    if (std::string_view(entry->d_name).ends_with(".pack")) ++count;
  ::closedir(open);
  return count;
}

/// Cuts up what git separates with one character.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::unexpected<Error> foreign(const std::string& doing, std::string_view what) {
  return fail(
      Code::store, fmt::format("{}: {}", doing, what),
      "perfgate shares its branch with nothing else: name another (git:REMOTE#BRANCH); this "
      "one was not touched");
}

std::unexpected<Error> changed_file(const std::string& doing, std::string_view path,
                                    const std::string& cache) {
  return fail(
      Code::store,
      fmt::format("{}: the file {} was changed: a store is only ever added to", doing,
                  safe_text(path, 120)),
      fmt::format("find out who changed it. To accept the branch as it is now, remove {}", cache));
}

}  // namespace

Branch::Branch(sys::Git git, std::string shown, std::string secret, std::string branch,
               std::string cache, bool local)
    : git_(std::move(git)),
      shown_(std::move(shown)),
      secret_(std::move(secret)),
      branch_(std::move(branch)),
      cache_(std::move(cache)),
      local_(local) {}

Result<Branch> Branch::open(const sys::GitRemote& remote, std::string_view branch,
                            std::string cache, const sys::Environment& environment) {
  for (const char* part : {"/objects/pack", "/objects/info", "/refs"})
    CHECKED(sys::make_directories(cache + part));
  struct stat info{};
  if (::stat(cache.c_str(), &info) != 0) return sys::io_error("looking at", cache, errno);
  if (info.st_uid != ::geteuid())
    return fail(
        Code::store,
        fmt::format("the cache {} belongs to another user, who could plant things in it", cache),
        "set XDG_CACHE_HOME to a directory of your own");
  ::chmod(cache.c_str(), 0700);
  CHECKED(write_where_different(cache + "/HEAD", "ref: refs/heads/none\n"));
  CHECKED(write_where_different(cache + "/config", repository_config));
  sys::GitConfig config = remote.config;
  for (auto& entry : own_config(remote.url, branch)) config.push_back(std::move(entry));
  return Branch(
      {.place = {"--git-dir", cache}, .environment = sys::git_environment(environment, config)},
      remote.shown, remote.url, std::string(branch), cache, remote.local);
}

Error Branch::error(GitTrouble trouble, std::string_view doing, std::string_view errors) const {
  std::string said(errors);
  // Git shows URLs without passwords nearly everywhere.
  const std::string open = sys::without_credentials(secret_);
  if (open != secret_)
    for (std::size_t at = 0; (at = said.find(secret_, at)) != said.npos; at += open.size())
      said.replace(at, secret_.size(), open);
  return git_error(trouble, fmt::format("{}, branch {}: {}", shown_, branch_, doing), said, cache_);
}

std::unexpected<Error> Branch::failed(std::string_view doing, std::string_view errors) const {
  return std::unexpected(error(trouble_of(errors), doing, errors));
}

Result<sys::GitAnswer> Branch::ask(const sys::GitCall& call) const {
  return sys::run_git(git_, call);
}

Result<sys::FileLock> Branch::lock(std::chrono::milliseconds patience) const {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::minstd_rand random(std::random_device{}());
  for (;;) {
    auto lock = sys::FileLock::take(
        cache_ + "/lock", Code::store,
        fmt::format("{}, branch {}: waiting for other perfgates of this host", shown_, branch_));
    if (lock) {
      for (const char* part : {"", "/objects/pack", "/objects", "/refs/perfgate"})
        clear_leftovers(cache_ + part);
      return lock;
    }
    if (lock.error().code != Code::store || std::chrono::steady_clock::now() >= deadline)
      return lock;
    std::this_thread::sleep_for(std::chrono::milliseconds(5 + random() % 20));
  }
}

Result<std::optional<Tip>> Branch::known() const {
  const std::string doing = "reading the tip";
  TRY(const sys::GitAnswer answer,
      ask({.arguments = {"for-each-ref", "--format=%(objecttype) %(objectname)%0a%(contents)",
                         std::string(tip_ref)}}));
  if (answer.exit_code != 0) return failed(doing, answer.errors);
  if (answer.output.empty()) return std::nullopt;
  const std::size_t newline = answer.output.find('\n');
  const std::string_view first = std::string_view(answer.output).substr(0, newline);
  const auto summary = summary_of(answer.output);
  if (!first.starts_with("commit ") || !summary)
    return foreign(fmt::format("{}, branch {}", shown_, branch_),
                   "its newest commit was not made by perfgate");
  return Tip{.commit = std::string(first.substr(7)), .summary = *summary};
}

std::chrono::milliseconds Branch::age() const {
  struct stat info{};
  if (::stat(fmt::format("{}/{}", cache_, tip_ref).c_str(), &info) != 0) return 24h;
  const auto changed =
      std::chrono::seconds(info.st_mtim.tv_sec) + std::chrono::nanoseconds(info.st_mtim.tv_nsec);
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch() - changed);
}

Result<std::optional<Tip>> Branch::fetch(GitTrouble* why) {
  constexpr std::string_view doing = "fetching the branch";
  TRY(const std::optional<Tip> before, known());
  std::vector<std::string> arguments{"fetch", "--no-tags", "--no-write-fetch-head",
                                     "--no-recurse-submodules",
                                     "--filter=blob:none"};  // not quiet: it tells of a rewrite
  // The first time the tip is enough. Later what came since, commit by commit, so that git itself
  // sees whether the new tip follows from the old.
  if (!before) arguments.push_back("--depth=1");
  arguments.push_back("perfgate");
  TRY(const sys::GitAnswer answer,
      ask({.arguments = std::move(arguments), .timeout = network_timeout}));
  if (answer.exit_code == 0) {
    auto tip = known();
    // What is not ours is not remembered either: the branch may be put right.
    if (!tip) CHECKED(remember(before));
    return tip;
  }
  const GitTrouble trouble = trouble_of(answer.errors);
  if (why != nullptr) *why = trouble;
  if (trouble == GitTrouble::no_branch && !before) return std::nullopt;
  return std::unexpected(error(trouble, doing, answer.errors));
}

Result<void> Branch::remember(const std::optional<Tip>& tip) const {
  const std::string ref = fmt::format("{}/{}", cache_, tip_ref);
  if (tip) return sys::write_file_atomic(ref, tip->commit + "\n");
  if (::unlink(ref.c_str()) != 0 && errno != ENOENT) return sys::io_error("removing", ref, errno);
  return {};
}

Result<std::vector<BranchFile>> Branch::files_of(const Tip& tip, Kind kind,
                                                 std::string_view key) const {
  const std::string digest = key_digest(kind, key);
  sys::GitCall call{.arguments = {"ls-tree", "-r", "-z", tip.commit}};
  for (const std::string& month : months_between(tip.summary.first_month, tip.summary.last_month))
    call.arguments.push_back(shard_of(month, digest));
  TRY(const sys::GitAnswer answer, ask(call));
  if (answer.exit_code != 0) return failed("listing records", answer.errors);
  std::vector<BranchFile> files;
  for (const std::string_view line : split(answer.output, '\0')) {
    // "100644 blob NAME\tPATH"
    const std::size_t tab = line.find('\t'), space = line.rfind(' ', tab);
    if (tab == line.npos || space == line.npos) continue;
    const auto file = file_at(line.substr(tab + 1));
    if (file && file->kind == kind && file->digest == digest)
      files.push_back({.path = std::string(line.substr(tab + 1)),
                       .file = *file,
                       .blob = std::string(line.substr(space + 1, tab - space - 1))});
  }
  std::ranges::sort(files, {}, [](const BranchFile& file) { return file.file.seq; });
  return files;
}

Result<std::vector<BranchFile>> Branch::people_of(const Tip& tip,
                                                  std::span<const std::string> tokens) const {
  sys::GitCall call{.arguments = {"ls-tree", "-r", "-z", tip.commit}};
  for (const std::string& token : tokens) call.arguments.push_back(path_of_person(token));
  TRY(const sys::GitAnswer answer, ask(call));
  if (answer.exit_code != 0) return failed("listing names", answer.errors);
  std::vector<BranchFile> files;
  for (const std::string_view line : split(answer.output, '\0')) {
    const std::size_t tab = line.find('\t'), space = line.rfind(' ', tab);
    if (tab == line.npos || space == line.npos || !is_person_path(line.substr(tab + 1))) continue;
    files.push_back({.path = std::string(line.substr(tab + 1)),
                     .file = {},
                     .blob = std::string(line.substr(space + 1, tab - space - 1))});
  }
  return files;
}

Result<Changes> Branch::changes(std::string_view from, const Tip& to) const {
  const std::string doing = fmt::format("{}, branch {}", shown_, branch_);
  sys::GitCall call{.arguments = {"diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev"}};
  if (from.empty()) {
    // What came since there was nothing: all of it.
    call.arguments = {"ls-tree", "-r", "-z", "--full-tree", to.commit};
  } else {
    call.arguments.emplace_back(from);
    call.arguments.push_back(to.commit);
  }
  TRY(const sys::GitAnswer answer, ask(call));
  if (answer.exit_code != 0) return failed("listing records", answer.errors);

  Changes changes;
  const auto add = [&](std::string_view path, std::string_view mode, std::string_view blob,
                       std::vector<BranchFile>& to_list,
                       std::vector<BranchFile>& to_people) -> Result<void> {
    if (is_person_path(path) && mode == "100644") {
      to_people.push_back({.path = std::string(path), .file = {}, .blob = std::string(blob)});
      return {};
    }
    const auto file = file_at(path);
    if (!file || mode != "100644")
      return foreign(doing, fmt::format("it holds `{}`, which is no record", safe_text(path, 120)));
    to_list.push_back({.path = std::string(path), .file = *file, .blob = std::string(blob)});
    return {};
  };
  const std::vector<std::string_view> parts = split(answer.output, '\0');
  if (from.empty()) {
    for (const std::string_view line : parts) {
      const std::size_t tab = line.find('\t'), space = line.rfind(' ', tab);
      if (tab == line.npos || space == line.npos) continue;
      CHECKED(add(line.substr(tab + 1), line.substr(0, line.find(' ')),
                  line.substr(space + 1, tab - space - 1), changes.added, changes.people_added));
    }
  } else {
    // ":100644 100644 OLD NEW A", then the path.
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
      const std::vector<std::string_view> words = split(parts[i].substr(1), ' ');
      if (words.size() != 5) continue;
      if (words[4] == "A")
        CHECKED(add(parts[i + 1], words[1], words[3], changes.added, changes.people_added));
      else if (words[4] == "D")
        CHECKED(add(parts[i + 1], words[0], words[2], changes.removed, changes.people_removed));
      else
        return changed_file(doing, parts[i + 1], cache_);
    }
  }
  for (auto* files : {&changes.added, &changes.removed})
    std::ranges::sort(*files, {}, [](const BranchFile& file) { return file.file.seq; });
  return changes;
}

Result<void> Branch::read(std::span<const BranchFile> files, const Visit& visit) const {
  const std::string requests = scratch("requests"), answers = scratch("answers");
  const auto write_names = [&](std::span<const BranchFile> part) {
    std::string names;
    for (const BranchFile& file : part) names += file.blob + "\n";
    return sys::write_file_atomic(requests, names);
  };
  for (std::size_t at = 0; at < files.size(); at += fetch_at_once) {
    CHECKED(write_names(files.subspan(at, std::min(fetch_at_once, files.size() - at))));
    // As git fetches missing contents itself, but all in one request. What is here is not asked
    // for.
    sys::GitCall call{.arguments = {"-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet",
                                    "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules",
                                    "--filter=blob:none", "--stdin", "perfgate"},
                      .input = requests,
                      .timeout = network_timeout};
    TRY(const sys::GitAnswer answer, ask(call));
    if (answer.exit_code != 0) return failed("fetching records", answer.errors);
  }
  for (std::size_t at = 0; at < files.size(); at += read_at_once) {
    const auto part = files.subspan(at, std::min(read_at_once, files.size() - at));
    CHECKED(write_names(part));
    TRY(const sys::GitAnswer answer, ask({.arguments = {"cat-file", "--batch"},
                                          .input = requests,
                                          .output = answers,
                                          .timeout = local_timeout}));
    if (answer.exit_code != 0) return failed("reading records", answer.errors);
    TRY(const std::string text, sys::read_file(answers, max_answer));
    std::string_view rest = text;
    for (const BranchFile& file : part) {
      // "NAME blob SIZE\n", the content, "\n"
      const std::size_t newline = rest.find('\n');
      const std::string begin = file.blob + " blob ";
      std::size_t size = 0;
      const bool there = newline != rest.npos && rest.starts_with(begin);
      if (there) std::from_chars(rest.data() + begin.size(), rest.data() + newline, size);
      if (!there || rest.size() < newline + 1 + size + 1)
        return std::unexpected(error(GitTrouble::cache, fmt::format("reading {}", file.path),
                                     rest.substr(0, std::min(newline, rest.size()))));
      CHECKED(visit(file, rest.substr(newline + 1, size)));
      rest.remove_prefix(newline + 1 + size + 1);
    }
  }
  ::unlink(requests.c_str());
  ::unlink(answers.c_str());
  return {};
}

Result<Tip> Branch::commit(const std::optional<Tip>& tip, std::span<const Content> files,
                           std::span<const std::string> removed, std::string_view message,
                           const TipSummary& summary, Time at) const {
  // No name of a user or a host: the branch may be public.
  const std::string who =
      fmt::format("perfgate <perfgate@perfgate.invalid> {} +0000", at.unix_ms / 1000);
  std::string stream =
      fmt::format("feature done\ncommit {}\nmark :1\nauthor {}\ncommitter {}\ndata {}\n{}\n",
                  next_ref, who, who, message.size(), message);
  if (tip) stream += fmt::format("from {}\n", tip->commit);
  for (const std::string& path : removed) stream += fmt::format("D {}\n", path);
  for (const Content& file : files) {
    stream += fmt::format("M 100644 inline {}\ndata {}\n", file.path, file.bytes.size());
    stream += file.bytes;
    stream += '\n';
  }
  // The name of the commit is printed on stdout.
  stream += "get-mark :1\ndone\n";
  const std::string input = scratch("import");
  CHECKED(sys::write_file_atomic(input, stream));
  TRY(const sys::GitAnswer answer,
      ask({.arguments = {"fast-import", "--force", "--quiet", "--done", "--cat-blob-fd=1"},
           .input = input,
           .timeout = local_timeout}));
  ::unlink(input.c_str());
  const std::string_view name = trim(answer.output);
  if (answer.exit_code != 0 || name.size() < 40) return failed("making a commit", answer.errors);
  return Tip{.commit = std::string(name), .summary = summary};
}

Result<Branch::Pushed> Branch::push(const std::optional<Tip>& tip, const Tip& next) {
  sys::GitCall call{.arguments = {"push", "--porcelain", "--quiet", "--no-verify",
                                  fmt::format("--force-with-lease=refs/heads/{}:{}", branch_,
                                              tip ? tip->commit : "")},
                    .timeout = network_timeout};
  // A path on this machine has no server that sees to it: what is acknowledged must survive a power
  // failure (one pack is synced faster than many objects), and packs be joined now and then.
  if (local_)
    call.arguments.emplace_back(
        "--receive-pack=git -c core.fsync=all -c receive.unpackLimit=1 -c gc.autoPackLimit=200 "
        "-c gc.autoDetach=false receive-pack");
  call.arguments.emplace_back("perfgate");
  call.arguments.push_back(fmt::format("{}:refs/heads/{}", next.commit, branch_));
  TRY(const sys::GitAnswer answer, ask(call));
  if (answer.exit_code == 0) return Pushed{.done = true};
  const std::string said = answer.output + "\n" + answer.errors;
  return Pushed{.trouble = trouble_of(said), .errors = said};
}

Result<bool> Branch::contains(const Tip& tip, const std::string& commit) const {
  if (tip.commit == commit) return true;
  TRY(const sys::GitAnswer answer,
      ask({.arguments = {"merge-base", "--is-ancestor", commit, tip.commit}}));
  if (answer.exit_code > 1) return failed("looking for our commit", answer.errors);
  return answer.exit_code == 0;
}

void Branch::tidy() const {
  if (count_packs(cache_ + "/objects/pack") < most_packs) return;
  // That of a writer that was killed may still be at it, beside us: what is new may not go yet, and
  // there is nothing to mend. Where it fails, the next writer tries again.
  [[maybe_unused]] const auto packed =
      ask({.arguments = {"gc", "--quiet", "--prune=1.hour.ago"}, .timeout = network_timeout});
}

}  // namespace perfgate::store

#include "store/git.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <set>

#include "git_support.hpp"
#include "store/record.hpp"
#include "sys/file.hpp"

namespace perfgate::store {
namespace {

using test::contents;
using test::GitWorld;

const Time noon{1'795'176'000'000};  // 2026-11-20T12:00:00Z

void add(Store& store, const std::string& key, const std::string& value = "{}", Time at = noon) {
  const auto added = store.append(Kind::run, key, value, at);
  REQUIRE_MESSAGE(added, added.error().message);
}

// AC:git-first-use
TEST_CASE("A remote without the branch is an empty store and the first append makes the branch") {
  for (const bool filters : {true, false}) {
    CAPTURE(filters);
    const GitWorld world(filters);
    const auto store = world.open();
    CHECK(contents(*store) == "");
    CHECK(world.try_git({"-C", world.remote()}, {"rev-parse", "-q", "--verify", "perfgate-data"})
              .exit_code != 0);
    add(*store, "one");
    CHECK(contents(*store) == "1 one={}");
    CHECK(contents(*world.open("another")) == "1 one={}");
    const auto path =
        world.git_at(world.remote(), {"ls-tree", "-r", "--name-only", "perfgate-data"});
    CHECK(path.starts_with("records/2026/11/"));
    CHECK(path.find("/run-") != path.npos);
    CHECK(path.ends_with("-1.json"));
  }
}

TEST_CASE("What was added before is not added again and another value supersedes it") {
  const GitWorld world;
  const auto store = world.open();
  add(*store, "one", "1");
  add(*store, "two", "2");
  const std::string tip = world.tip();
  add(*store, "one", "1");
  CHECK(world.tip() == tip);
  const auto other = world.open("another");
  add(*other, "one", "1");
  CHECK(world.tip() == tip);
  add(*other, "one", "3");
  CHECK(contents(*store) == "1 one=1, 2 two=2, 3 one=3");
  const auto newest = store->find(Kind::run, "one");
  REQUIRE(newest);
  CHECK((*newest)->value == "3");
  add(*store, "one", "null");
  CHECK_FALSE(other->find(Kind::run, "one")->has_value());
  add(*other, "one", "null");
  CHECK(contents(*other) == "1 one=1, 2 two=2, 3 one=3, 4 one=null");
}

/// Runs `count` processes at once, each with its number; gives how many ended well.
int at_once(int count, const std::function<Result<void>(int)>& work) {
  std::vector<pid_t> children;
  for (int i = 0; i < count; ++i) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      const auto done = work(i);
      if (!done) fmt::print(stderr, "{}\n{}\n", done.error().message, done.error().hint);
      ::_exit(done ? 0 : 1);
    }
    children.push_back(pid);
  }
  int well = 0;
  for (const pid_t pid : children) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) ++well;
  }
  return well;
}

std::set<std::string> keys_of(const Store& store) {
  std::set<std::string> keys;
  const auto heads = store.list({.all_versions = true});
  REQUIRE_MESSAGE(heads, heads.error().message);
  for (const Head& head : *heads) CHECK(keys.insert(head.key).second);
  return keys;
}

bool is_full() { return std::getenv("PERFGATE_FULL") != nullptr; }

// AC:git-200-writers
TEST_CASE("Two hundred writers of one host lose nothing") {
  const GitWorld world;
  CHECK(at_once(200, [&](int i) {
          return world.open()->append(Kind::run, fmt::format("run-{}", i), "{}", noon);
        }) == 200);
  CHECK(keys_of(*world.open("another")).size() == 200);
}

// AC:git-compare-and-swap
TEST_CASE("Writers that share nothing but the remote lose nothing") {
  const GitWorld world;
  const int count = is_full() ? 200 : 24;
  CHECK(at_once(count, [&](int i) {
          return world.open(fmt::format("cache-{}", i))
              ->append(Kind::run, fmt::format("run-{}", i), "{}", noon);
        }) == count);
  CHECK(keys_of(*world.open()).size() == static_cast<std::size_t>(count));
}

/// The last file of this name's end below a directory.
std::string only_file(const std::string& directory, const std::string& end = ".json") {
  std::string found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
    if (entry.path().extension() == end) found = entry.path();
  return found;
}

std::string cache_of(const GitWorld& world) {
  return std::filesystem::directory_iterator(world.below("cache/git"))->path();
}

/// A `git` that counts its calls and goes wrong in the n-th: a directory for the PATH. What git
/// itself starts is not counted.
std::string faulty_git(const GitWorld& world, int n, const std::string& fault) {
  const std::string directory = world.below("bin");
  ::mkdir(directory.c_str(), 0755);
  const std::string script = fmt::format(R"(#!/bin/sh
n=$(cat {0}/calls 2>/dev/null || echo 0)
echo $((n + 1)) > {0}/calls
if [ "$n" = "{1}" ]; then {2}; fi
exec /usr/bin/env -- PATH=/usr/local/bin:/usr/bin:/bin git "$@"
)",
                                         directory, n, fault);
  REQUIRE(sys::write_file_atomic(directory + "/git", script));
  ::chmod((directory + "/git").c_str(), 0755);
  ::unlink((directory + "/calls").c_str());
  return directory;
}

int calls_of(const GitWorld& world) {
  const auto text = sys::read_file(world.below("bin/calls"), 100);
  return text ? std::atoi(text->c_str()) : 0;
}

// AC:git-faults
TEST_CASE("Whichever call of git fails the error is named and the remote is whole") {
  const std::string real = "env PATH=/usr/local/bin:/usr/bin:/bin git \"$@\"";
  const std::vector<std::string> faults{"echo 'fatal: injected' >&2; exit 128",
                                        real + "; echo 'fatal: injected' >&2; exit 128",
                                        real + "; echo 'fatal: early EOF' >&2; exit 128",
                                        "kill -9 $$",
                                        real + "; kill -9 $$",
                                        "exit 1"};
  for (const std::string& fault : std::span(faults).first(is_full() ? faults.size() : 3)) {
    for (int n = 0;; ++n) {
      CAPTURE(fault);
      CAPTURE(n);
      const GitWorld world;
      add(*world.open("first"), "before");
      GitOptions options = world.options();
      options.environment["PATH"] = faulty_git(world, n, fault) + ":/usr/bin:/bin";
      options.sleep = [](std::chrono::milliseconds) {};
      const auto store = world.open_with(options);
      const auto added =
          store->append({{Kind::run, "one", "1", noon}, {Kind::run, "two", "2", noon}});
      const int calls = calls_of(world);
      if (!added) {
        CHECK((added.error().code == Code::git || added.error().code == Code::store));
        CHECK_FALSE(added.error().hint.empty());
      }
      const std::string whole = "1 before={}, 2 one=1, 3 two=2";
      const std::string there = contents(*world.open("reader"));
      CHECK((there == whole || (!added && there == "1 before={}")));
      // The same cache goes on, and nothing is added twice.
      REQUIRE(world.open()->append({{Kind::run, "one", "1", noon}, {Kind::run, "two", "2", noon}}));
      CHECK(contents(*world.open()) == whole);
      if (calls <= n) break;
    }
  }
}

// AC:git-killed
TEST_CASE("A writer killed at any moment leaves the remote whole and the cache usable") {
  const GitWorld world;
  add(*world.open(), "before");
  std::set<std::string> acknowledged{"before"};
  std::minstd_rand random(7);
  const int rounds = is_full() ? 300 : 25;
  for (int i = 0; i < rounds; ++i) {
    const std::string key = fmt::format("run-{}", i);
    const pid_t pid = ::fork();
    if (pid == 0) {
      const auto added = world.open()->append(Kind::run, key, "{}", noon);
      if (!added) fmt::print(stderr, "{}: {}\n", key, added.error().message);
      ::_exit(added ? 0 : 1);
    }
    ::usleep(static_cast<useconds_t>(random() % 150'000));
    ::kill(pid, SIGKILL);
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (WIFEXITED(status)) {
      CHECK(WEXITSTATUS(status) == 0);
      if (WEXITSTATUS(status) == 0) acknowledged.insert(key);
    }
  }
  add(*world.open(), "after");
  acknowledged.insert("after");
  for (const char* cache : {"cache", "another"}) {
    const std::set<std::string> there = keys_of(*world.open(cache));
    CHECK(std::ranges::includes(there, acknowledged));
  }
  CHECK(world.try_git({"-C", world.remote()}, {"fsck", "--strict"}).exit_code == 0);
}

/// A run of realistic size that does not compress away.
std::string large_value(unsigned seed) {
  std::minstd_rand random(seed);
  std::string value = "[";
  while (value.size() < 20'000) value += fmt::format("{}{}", value.size() > 1 ? "," : "", random());
  return value + "]";
}

std::uintmax_t bytes_below(const std::string& directory) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
    if (entry.is_regular_file()) bytes += entry.file_size();
  return bytes;
}

// AC:git-push-bytes
TEST_CASE("A push costs the bytes of the new run and not of the history") {
  const GitWorld world;
  const auto store = world.open();
  const auto growth = [&](unsigned seed) {
    const std::uintmax_t before = bytes_below(world.remote() + "/objects");
    add(*store, fmt::format("measured-{}", seed), large_value(seed));
    return bytes_below(world.remote() + "/objects") - before;
  };
  const auto fill = [&](unsigned first, unsigned count) {
    std::vector<Store::Addition> runs;
    for (unsigned i = 0; i < count; ++i)
      runs.push_back({Kind::run,
                      fmt::format("run-{}", first + i),
                      large_value(first + i),
                      {noon.unix_ms - std::int64_t{86'400'000} * (count - i)}});
    REQUIRE(store->append(std::move(runs)));
  };
  fill(0, 10);
  const std::uintmax_t at_10 = growth(1);
  const unsigned many = is_full() ? 1000 : 300;
  fill(10, many - 11);
  const std::uintmax_t at_many = growth(2);
  MESSAGE(fmt::format("a push at 10 runs: {} bytes, at {}: {}", at_10, many, at_many));
  CHECK(at_many < at_10 + at_10 / 5);
  CHECK(at_many > 5'000);
}

TEST_CASE("An append on a warm cache takes four calls of git") {
  const GitWorld world;
  GitOptions options = world.options();
  options.environment["PATH"] = faulty_git(world, -1, ":") + ":/usr/bin:/bin";
  const auto store = world.open_with(options);
  add(*store, "one");
  const int before = calls_of(world);
  add(*store, "two");
  CHECK(calls_of(world) - before == 4);
}

// AC:git-no-work-tree
TEST_CASE("The caller may be a shallow clone or a bare repository or none or run a hook") {
  const GitWorld world;
  const std::string main = world.below("main");
  world.git({"init", "--quiet", "-b", "main", main});
  for (int i = 0; i < 3; ++i) world.git_at(main, {"commit", "-q", "--allow-empty", "-m", "x"});
  world.git_at(main, {"push", "-q", world.remote(), "main"});
  world.git({"clone", "-q", "--depth=1", "-b", "main", "file://" + world.remote(), "shallow"});
  world.git({"clone", "-q", "--bare", world.remote(), "bare.git"});
  ::mkdir(world.below("none").c_str(), 0755);

  const auto append_from = [&](const std::string& directory, const std::string& remote,
                               const std::string& key, const sys::Environment& more = {}) {
    GitOptions options = world.options("cache-" + key);
    options.directory = world.below(directory);
    for (const auto& [name, value] : more) options.environment[name] = value;
    const auto store = open_git(remote, options);
    REQUIRE(store);
    add(**store, key);
  };
  append_from("shallow", "origin", "shallow");
  append_from("bare.git", "origin#perfgate-data", "bare");
  append_from("none", world.remote(), "none");
  append_from("shallow", "origin", "hook",
              {{"GIT_DIR", world.below("shallow/.git")},
               {"GIT_WORK_TREE", world.below("shallow")},
               {"GIT_INDEX_FILE", world.below("shallow/.git/index")},
               {"GIT_OBJECT_DIRECTORY", world.below("nowhere")},
               {"GIT_QUARANTINE_PATH", world.below("nowhere")}});
  CHECK(keys_of(*world.open()) == std::set<std::string>{"shallow", "bare", "none", "hook"});
  // Nothing of ours is in the caller's repository.
  CHECK(world.git_at(world.below("shallow"), {"for-each-ref", "--format=%(refname)"})
            .find("perfgate") == std::string::npos);
  CHECK(world.git_at(world.below("shallow"), {"status", "--porcelain"}).empty());
}

// AC:git-no-hooks
TEST_CASE("Hooks of the caller's repository and in the cache do not run") {
  const GitWorld world;
  const std::string caller = world.below("caller"), mark = world.below("mark");
  world.git({"init", "--quiet", caller});
  world.git_at(caller, {"remote", "add", "origin", world.remote()});
  const auto plant = [&](const std::string& hooks, std::vector<std::string> names) {
    std::filesystem::create_directories(hooks);
    for (const std::string& name : names) {
      REQUIRE(sys::write_file_atomic(hooks + "/" + name, "#!/bin/sh\ntouch " + mark + "\n"));
      ::chmod((hooks + "/" + name).c_str(), 0755);
    }
  };
  const std::vector<std::string> ours{"pre-push", "post-checkout", "post-commit", "pre-auto-gc",
                                      "post-index-change"};
  std::vector<std::string> all = ours;
  // What the user's own settings make the receiving side run is the remote's affair.
  all.emplace_back("reference-transaction");
  plant(caller + "/.git/hooks", all);
  plant(world.below("hooks"), ours);
  world.git_at(caller, {"config", "core.hooksPath", world.below("hooks")});
  GitOptions options = world.options();
  options.directory = caller;
  options.environment["GIT_CONFIG_GLOBAL"] = world.below("gitconfig");
  REQUIRE(sys::write_file_atomic(
      world.below("gitconfig"),
      fmt::format("[core]\nhooksPath = {0}\nfsmonitor = {0}/post-commit\n", world.below("hooks"))));
  const auto store = open_git("origin", options);
  REQUIRE(store);
  add(**store, "one");
  plant(cache_of(world) + "/hooks", all);
  std::ofstream(cache_of(world) + "/config", std::ios::app)
      << "[core]\n\tsshCommand = touch " << mark << "\n\talternateRefsCommand = touch " << mark
      << "\n";
  const auto again = open_git("origin", options);
  add(**again, "two");
  CHECK(contents(**again) == "1 one={}, 2 two={}");
  CHECK_FALSE(std::filesystem::exists(mark));
}

TEST_CASE("The caller's abbreviations for URLs hold") {
  const GitWorld world;
  const std::string caller = world.below("caller");
  world.git({"init", "--quiet", caller});
  world.git_at(caller,
               {"config", "url.file://" + world.path() + "/.insteadOf", "https://short.invalid/"});
  world.git_at(caller, {"remote", "add", "origin", "https://short.invalid/remote.git"});
  for (const char* remote : {"origin", "https://short.invalid/remote.git"}) {
    GitOptions options = world.options();
    options.directory = caller;
    const auto store = open_git(remote, options);
    REQUIRE(store);
    add(**store, remote);
  }
  CHECK(keys_of(*world.open()).size() == 2);
}

/// Both reading and writing fail with this code; the message and hint hold these.
void check_refused(const GitWorld& world, const std::string& cache, Code code,
                   std::string_view message, std::string_view hint) {
  const auto store = world.open(cache);
  const auto listed = store->list({});
  REQUIRE_FALSE(listed);
  const auto added = store->append(Kind::run, "refused", "{}", noon);
  REQUIRE_FALSE(added);
  for (const Error& error : {listed.error(), added.error()}) {
    CHECK(error.code == code);
    CHECK_MESSAGE(error.message.find(message) != std::string::npos, error.message);
    CHECK_MESSAGE(error.hint.find(hint) != std::string::npos, error.hint);
  }
}

// AC:git-rewritten
TEST_CASE("A branch that was rewritten is never silently adopted") {
  const GitWorld world;
  add(*world.open(), "one");
  const std::string first = world.tip();
  add(*world.open(), "two");
  CHECK(contents(*world.open()) == "1 one={}, 2 two={}");
  const auto move_back = [&](const std::string& to) {
    world.git_at(world.remote(), {"update-ref", "refs/heads/perfgate-data", to});
  };
  const std::string second = world.tip();
  move_back(first);
  // The writer that trusts its own last push finds out by the push.
  check_refused(world, "cache", Code::store, "rewritten", world.below("cache/git/"));
  CHECK(world.tip() == first);
  // Another history of the same length.
  add(*world.open("another"), "2");
  check_refused(world, "cache", Code::store, "rewritten", "remove " + world.below("cache/git/"));
  world.git_at(world.remote(), {"update-ref", "-d", "refs/heads/perfgate-data"});
  check_refused(world, "cache", Code::store, "branch is gone",
                "remove " + world.below("cache/git/"));
  // It is put right, or accepted.
  move_back(second);
  CHECK(contents(*world.open()) == "1 one={}, 2 two={}");
  move_back(first);
  std::filesystem::remove_all(world.below("cache"));
  CHECK(contents(*world.open()) == "1 one={}");
}

// AC:git-damaged
TEST_CASE("A damaged record names its file and is not built upon by readers") {
  struct Damage {
    const char* what;
    std::function<void(const std::string& file)> edit;
  };
  const std::vector<Damage> damages{
      {"checksum",
       [](const std::string& file) {
         std::string text = *sys::read_file(file, 10'000);
         text.replace(text.find("one"), 3, "two");
         REQUIRE(sys::write_file_atomic(file, text));
       }},
      {"not complete",
       [](const std::string& file) {
         REQUIRE(sys::write_file_atomic(file, sys::read_file(file, 10'000)->substr(0, 50)));
       }},
      {"it holds another record",
       [](const std::string& file) {
         Record record{
             .seq = 1, .prev = std::string(no_record), .key = "other", .at = noon, .value = "1"};
         REQUIRE(sys::write_file_atomic(file, to_line(record)));
       }},
      {"its newest record is number 1",
       [](const std::string& file) {
         Record record{
             .seq = 1, .prev = std::string(no_record), .key = "one", .at = noon, .value = "7"};
         REQUIRE(sys::write_file_atomic(file, to_line(record)));
       }},
      {"which is no record",
       [](const std::string& file) { REQUIRE(sys::write_file_atomic(file + ".bak", "x")); }},
      {"number 1", [](const std::string& file) { ::unlink(file.c_str()); }},
  };
  for (const Damage& damage : damages) {
    CAPTURE(damage.what);
    const GitWorld world;
    add(*world.open(), "one");
    test::edit_branch(world, [&](const std::string& tree) { damage.edit(only_file(tree)); });
    const auto listed = world.open("fresh")->list({});
    REQUIRE_FALSE(listed);
    CHECK(listed.error().code == Code::store);
    CHECK_MESSAGE(listed.error().message.find(damage.what) != std::string::npos,
                  listed.error().message);
    CHECK_FALSE(listed.error().hint.empty());
  }
}

TEST_CASE("A record that was changed after it was read is refused") {
  const GitWorld world;
  add(*world.open(), "one");
  CHECK(contents(*world.open()) == "1 one={}");
  test::edit_branch(world, [](const std::string& tree) {
    REQUIRE(sys::write_file_atomic(only_file(tree), "{}\n"));
  });
  const auto listed = world.open()->list({});
  REQUIRE_FALSE(listed);
  CHECK(listed.error().code == Code::store);
  CHECK(listed.error().message.find("was changed") != std::string::npos);
}

// AC:git-foreign-branch
TEST_CASE("A branch that is not perfgate's is refused and left alone") {
  const GitWorld world;
  const std::string main = world.below("main");
  world.git({"init", "--quiet", "-b", "main", main});
  REQUIRE(sys::write_file_atomic(main + "/index.html", "x"));
  world.git_at(main, {"add", "-A"});
  world.git_at(main, {"commit", "-q", "-m", "pages"});
  world.git_at(main, {"push", "-q", world.remote(), "main:perfgate-data"});
  const std::string tip = world.tip();
  check_refused(world, "cache", Code::store, "not made by perfgate", "name another");
  CHECK(world.tip() == tip);
}

TEST_CASE("A commit of someone else on top is refused until it is taken away") {
  const GitWorld world;
  add(*world.open(), "one");
  const std::string good = world.tip();
  const std::string tree = world.below("edit");
  world.git({"clone", "-q", "-b", "perfgate-data", world.remote(), "edit"});
  world.git_at(tree, {"commit", "-q", "--allow-empty", "-m", "hello"});
  world.git_at(tree, {"push", "-q", "origin", "perfgate-data"});
  CHECK(world.open()->list({}).error().message.find("not made by perfgate") != std::string::npos);
  world.git_at(world.remote(), {"update-ref", "refs/heads/perfgate-data", good});
  CHECK(contents(*world.open()) == "1 one={}");
}

TEST_CASE("A remote that declines says so and nothing is acknowledged") {
  const GitWorld world;
  add(*world.open(), "one");
  const std::string hook = world.remote() + "/hooks/pre-receive";
  std::filesystem::create_directories(world.remote() + "/hooks");
  REQUIRE(sys::write_file_atomic(hook, "#!/bin/sh\necho quota exceeded >&2\nexit 1\n"));
  ::chmod(hook.c_str(), 0755);
  const auto added = world.open()->append(Kind::run, "two", "{}", noon);
  REQUIRE_FALSE(added);
  CHECK(added.error().code == Code::git);
  CHECK(added.error().message.find("declined") != std::string::npos);
  CHECK(added.error().message.find("quota exceeded") != std::string::npos);
  CHECK(added.error().hint.find("perfgate history add run.json") != std::string::npos);
  ::unlink(hook.c_str());
  add(*world.open(), "two");
  CHECK(contents(*world.open()) == "1 one={}, 2 two={}");
}

TEST_CASE("A remote that is gone is an error and no older answer is given") {
  const GitWorld world;
  add(*world.open(), "one");
  CHECK(contents(*world.open()) == "1 one={}");
  const auto store = world.open();
  REQUIRE(store->list({}));
  std::filesystem::rename(world.remote(), world.below("moved.git"));
  const auto listed = store->list({});
  REQUIRE_FALSE(listed);
  CHECK(listed.error().code == Code::git);
  CHECK(listed.error().message.find("there is no repository") != std::string::npos);
  CHECK_FALSE(store->append(Kind::run, "two", "{}", noon));
  GitOptions options = world.options();
  options.sleep = [](std::chrono::milliseconds) {};
  const auto nowhere = open_git("git://127.0.0.1:1/x#b", options);
  REQUIRE(nowhere);
  const auto unreachable = (*nowhere)->append(Kind::run, "two", "{}", noon);
  REQUIRE_FALSE(unreachable);
  CHECK(unreachable.error().code == Code::git);
  CHECK(unreachable.error().message.find("cannot be reached") != std::string::npos);
}

TEST_CASE("Who always loses the race gives up after its patience") {
  const GitWorld world;
  add(*world.open(), "one");
  GitOptions options = world.options();
  options.patience = std::chrono::milliseconds(0);
  std::vector<std::string> told;
  options.progress = [&](std::string_view text) { told.emplace_back(text); };
  options.sleep = [](std::chrono::milliseconds) {};
  const auto store = world.open_with(options);
  int others = 0;
  const auto losing = [&](const Store&) -> Result<std::vector<Store::Addition>> {
    add(*world.open("other"), fmt::format("other-{}", others++));
    return std::vector{Store::Addition{Kind::run, "mine", "{}", noon}};
  };
  const auto added = store->append_if(losing);
  REQUIRE_FALSE(added);
  CHECK(added.error().code == Code::git);
  CHECK(added.error().message.find("tried 1 times") != std::string::npos);
  CHECK(added.error().message.find("others") == std::string::npos);
  CHECK(contents(*world.open("other")) == "1 one={}, 2 other-0={}");
}

TEST_CASE("A lost race is decided anew on what the winner wrote") {
  const GitWorld world;
  add(*world.open(), "one");
  std::vector<std::string> told;
  GitOptions options = world.options();
  options.progress = [&](std::string_view text) { told.emplace_back(text); };
  const auto store = world.open_with(options);
  int calls = 0;
  const auto done =
      store->append_if([&](const Store& locked) -> Result<std::vector<Store::Addition>> {
        TRY(const auto heads, locked.list({.all_versions = true}));
        TRY(const auto found, locked.find(Kind::run, "other"));
        CHECK(found.has_value() == (calls > 0));
        if (calls++ == 0) add(*world.open("other"), "other");
        return std::vector{Store::Addition{Kind::run, "count", std::to_string(heads.size()), noon}};
      });
  REQUIRE(done);
  CHECK(calls == 2);
  CHECK(told.size() == 1);
  CHECK(contents(*world.open()) == "1 one={}, 2 other={}, 3 count=2");
}

TEST_CASE("What is decided on an old view is decided again on the newest") {
  const GitWorld world;
  const auto store = world.open();
  add(*store, "one", "1");
  add(*world.open("other"), "one", "2");
  // By its own last push this store still believes in 1.
  add(*store, "one", "1");
  CHECK(contents(*store) == "1 one=1, 2 one=2, 3 one=1");
}

TEST_CASE("A view inside an append answers everything") {
  const GitWorld world;
  const auto store = world.open();
  add(*store, "one", R"({"started":"2026-11-01T00:00:00.000Z"})");
  add(*store, "two", "{}");
  CHECK(store->append_if([&](const Store& locked) -> Result<std::vector<Store::Addition>> {
    CHECK(locked.url() == store->url());
    TRY(const auto one, locked.list({.kind = Kind::run, .key = "one"}));
    REQUIRE(one.size() == 1);
    CHECK(to_text(one[0].time) == "2026-11-01T00:00:00.000Z");
    CHECK(one[0].seq == 1);
    TRY(const auto all, locked.list({}));
    CHECK(all.size() == 2);
    CHECK(contents(locked).find("2 two={}") != std::string::npos);
    TRY(const auto none, locked.list({.kind = Kind::judgement, .key = "one"}));
    CHECK(none.empty());
    return std::vector<Store::Addition>{};
  }));
}

TEST_CASE("An interrupted update of the mirror is made good") {
  const GitWorld world;
  const auto store = world.open();
  add(*store, "one");
  CHECK(contents(*store) == "1 one={}");
  const std::string mirror = cache_of(world) + "/mirror/records/2026-11.jsonl";
  const std::string whole = *sys::read_file(mirror, 10'000);
  add(*store, "two");
  REQUIRE(sys::write_file_atomic(mirror, whole + "{\"seq\":2,"));
  REQUIRE(sys::write_file_atomic(mirror.substr(0, mirror.size() - 13) + "2026-12.jsonl", "torn"));
  CHECK(contents(*world.open()) == "1 one={}, 2 two={}");
  REQUIRE(sys::write_file_atomic(mirror, ""));
  add(*store, "three");
  CHECK(contents(*world.open()) == "1 one={}, 2 two={}, 3 three={}");
}

TEST_CASE("Locks that a killed git left in the cache do not matter") {
  const GitWorld world;
  add(*world.open(), "one");
  for (const char* lock :
       {"shallow.lock", "packed-refs.lock", "HEAD.lock", "config.lock", "refs/perfgate/tip.lock",
        "refs/perfgate/next.lock", "objects/pack/tmp_pack_abc", "objects/info/commit-graph.lock"})
    REQUIRE(sys::write_file_atomic(cache_of(world) + "/" + lock, ""));
  add(*world.open(), "two");
  CHECK(contents(*world.open()) == "1 one={}, 2 two={}");
}

TEST_CASE("Many packs in the cache are joined") {
  const GitWorld world;
  const auto store = world.open();
  add(*store, "one");
  const std::string packs = cache_of(world) + "/objects/pack";
  const auto count = [&] {
    return std::ranges::count_if(std::filesystem::directory_iterator(packs), [](const auto& entry) {
      return entry.path().extension() == ".pack";
    });
  };
  const std::string pack = only_file(packs, ".pack");
  for (int i = 0; i < 120; ++i)
    for (const char* part : {".pack", ".idx"})
      std::filesystem::copy_file(pack.substr(0, pack.size() - 5) + part,
                                 fmt::format("{}/pack-{:040x}{}", packs, i, part));
  add(*store, "two");
  CHECK(count() < 10);
  CHECK(contents(*world.open()) == "1 one={}, 2 two={}");
  CHECK(world.try_git({"--git-dir", cache_of(world)}, {"fsck"}).exit_code == 0);
}

TEST_CASE("A store says what it is and refuses what cannot be one") {
  const GitOptions options{.environment = test::GitWorld().environment()};
  CHECK((*open_git("origin", options))->url() == "git:origin#perfgate-data");
  CHECK((*open_git("https://u:p@h/r#x", options))->url() == "git:https://h/r#x");
  for (const char* bad : {"", "#x", "origin#", "origin#-x", "origin#a..b"}) {
    CAPTURE(bad);
    const auto opened = open_git(bad, options);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Code::config);
    CHECK_FALSE(opened.error().hint.empty());
  }
  const auto opened = open("git:origin#perfgate-data");
  REQUIRE(opened);
  CHECK((*opened)->url() == "git:origin#perfgate-data");
}

TEST_CASE("Commits hold no name of a user or a host") {
  const GitWorld world;
  add(*world.open(), "one");
  const std::string who =
      world.git_at(world.remote(), {"log", "--format=%an %ae %cn %ce", "refs/heads/perfgate-data"});
  CHECK(who == "perfgate perfgate@perfgate.invalid perfgate perfgate@perfgate.invalid");
}

TEST_CASE("Records of many months and kinds come back in order") {
  const GitWorld world;
  const auto store = world.open();
  std::vector<Store::Addition> additions;
  std::string expected;
  for (int i = 0; i < 200; ++i) {
    const Time at{noon.unix_ms + std::int64_t{i} * 3 * 86'400'000};
    additions.push_back(
        {i % 3 == 0 ? Kind::judgement : Kind::run, fmt::format("k{}", i), "{}", at});
    expected += fmt::format("{}{} k{}={{}}", i == 0 ? "" : ", ", i + 1, i);
  }
  // A clock that was set back does not break the order of the months.
  additions.push_back({Kind::run, "past", "{}", {0}});
  expected += ", 201 past={}";
  REQUIRE(store->append(additions));
  CHECK(contents(*store) == expected);
  CHECK(contents(*world.open("fresh")) == expected);
  CHECK(contents(*GitWorld(false).open()).empty());
  const auto found = world.open("third")->find(Kind::run, "past");
  REQUIRE(found);
  CHECK((*found)->seq == 201);
}

}  // namespace
}  // namespace perfgate::store

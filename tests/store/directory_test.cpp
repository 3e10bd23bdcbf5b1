#include "store/directory.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "store/record.hpp"
#include "support/faulty_disk.hpp"
#include "support/store_files.hpp"

namespace perfgate::store {
namespace {

using test::content;
using test::december;
using test::november;
using test::put;
using test::value_of;

/// All values, or the error.
Result<std::vector<std::string>> all_values(const Store& store) {
  std::vector<std::string> result;
  CHECKED(store.scan([&](const Record& record) -> Result<bool> {
    result.push_back(record.value);
    return true;
  }));
  return result;
}

std::string list(const Store& store) {
  const auto all = all_values(store);
  if (!all) return to_text(all.error().code) + ": " + all.error().message;
  std::string text;
  for (const std::string& value : *all) text += value;
  return text;
}

struct Filled {
  sys::TemporaryDirectory directory = test::temporary();
  std::string path = directory.path() + "/store";
  std::string month = path + "/records/2026-11.jsonl";
  std::unique_ptr<Store> store = open_directory(path);

  explicit Filled(int records = 3) {
    for (int i = 1; i <= records; ++i)
      REQUIRE(store->append(Kind::run, "r" + std::to_string(i), value_of(i), november));
  }
};

// AC:store-round-trip
TEST_CASE("the store gives back what it was given") {
  Filled f(0);
  CHECK(list(*f.store) == "");
  CHECK_FALSE(std::filesystem::exists(f.path));  // nothing is made before the first append
  const std::string key = "a\"b\\c%d\n\x01é@#";
  REQUIRE(f.store->append(Kind::baseline, key, R"({"x":[1,"}\n"]})", november));
  const auto found = f.store->find(Kind::baseline, key);
  REQUIRE(found);
  REQUIRE(*found);
  CHECK((*found)->value == R"({"x":[1,"}\n"]})");
  CHECK((*found)->key == key);
  CHECK((*found)->at == november);
  CHECK((*found)->seq == 1);
  CHECK((*found)->place == f.month + ":1");
  CHECK_FALSE(*f.store->find(Kind::run, key));
  CHECK(f.store->url() == "dir:" + f.path);
}

TEST_CASE("saving again supersedes and the same again is not added") {
  Filled f(0);
  REQUIRE(f.store->append(Kind::run, "a", value_of(1), november));
  REQUIRE(f.store->append(Kind::run, "a", value_of(1), december));
  CHECK(list(*f.store) == value_of(1));
  REQUIRE(f.store->append(Kind::run, "a", value_of(2), november));
  REQUIRE(f.store->append(Kind::run, "a", value_of(1), november));
  CHECK(list(*f.store) == value_of(1) + value_of(2) + value_of(1));
  CHECK((*f.store->find(Kind::run, "a"))->value == value_of(1));
}

TEST_CASE("a visitor may stop and its error is passed on") {
  Filled f;
  int seen = 0;
  REQUIRE(f.store->scan([&](const Record&) -> Result<bool> { return ++seen < 2; }));
  CHECK(seen == 2);
  const auto failed =
      f.store->scan([](const Record&) -> Result<bool> { return fail(Code::internal, "no"); });
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message == "no");
}

// AC:store-chain
TEST_CASE("every byte of a record that was changed is noticed") {
  Filled f;
  const std::string whole = content(f.month);
  const std::size_t first_line = whole.find('\n') + 1;
  for (std::size_t i = 0; i + 1 < first_line; ++i) {
    std::string text = whole;
    text[i] = text[i] == '1' ? '2' : '1';
    if (text == whole) continue;
    put(f.month, text);
    const auto all = all_values(*f.store);
    CAPTURE(i);
    CAPTURE(text.substr(0, first_line));
    REQUIRE_FALSE(all);
    CHECK(all.error().code == Code::store);
    CHECK(all.error().message.starts_with(f.month + ":1: "));
  }
}

TEST_CASE("lines taken out or put in or swapped or doubled are noticed with file and line") {
  Filled f;
  const std::string whole = content(f.month);
  const std::size_t a = whole.find('\n') + 1, b = whole.find('\n', a) + 1;
  const std::string one = whole.substr(0, a), two = whole.substr(a, b - a), three = whole.substr(b);
  const auto trouble = [&](const std::string& text) {
    put(f.month, text);
    return list(*f.store);
  };
  CHECK(trouble(two + three)
            .contains(f.month + ":1: the chain is broken: record 2 does not follow record 0"));
  CHECK(trouble(one + three)
            .contains(f.month + ":2: the chain is broken: record 3 does not follow record 1"));
  CHECK(trouble(two + one + three).contains(":1: the chain is broken"));
  CHECK(trouble(one + one + two + three).contains(":2: the chain is broken"));
  CHECK(trouble(one + "\n" + two + three)
            .contains(":2: the record is damaged: it does not have the shape"));
  CHECK(trouble(one + two.substr(0, 40) + "\n" + three).contains(":2: the record is damaged"));
  std::string zeros = one;
  zeros.replace(zeros.find(":1,"), 3, ":01,");
  CHECK(trouble(zeros + two + three).contains(":1: the record is damaged: its `seq` is no number"));
  // One forged with a right checksum of its own does not follow.
  Record forged{.seq = 2, .prev = std::string(64, 'a'), .key = "x", .at = november, .value = "{}"};
  CHECK(trouble(one + to_line(forged)).contains(":2: the chain is broken"));
  CHECK(trouble(one + two + three) == value_of(1) + value_of(2) + value_of(3));
}

TEST_CASE("a damaged history is not built upon") {
  Filled f;
  std::string text = content(f.month);
  text[text.find("\"n\":1")] = 'x';
  put(f.month, text);
  const auto appended = f.store->append(Kind::run, "r4", value_of(4), november);
  REQUIRE_FALSE(appended);
  CHECK(appended.error().code == Code::store);
  CHECK(appended.error().hint ==
        "restore the file from a copy, or move it aside; nothing was changed");
  CHECK(content(f.month) == text);
}

// AC:store-torn-tail
TEST_CASE("a torn end is ignored on reading and kept aside on the next append") {
  Filled f;
  const std::string whole = content(f.month);
  const std::size_t last = whole.rfind('\n', whole.size() - 2) + 1;
  for (const std::size_t cut : {last + 1, last + 30, whole.size() - 1}) {
    CAPTURE(cut);
    put(f.month, whole.substr(0, cut));
    CHECK(list(*f.store) == value_of(1) + value_of(2));
    CHECK(content(f.month).size() == cut);  // reading changes nothing
    REQUIRE(f.store->append(Kind::run, "r9", value_of(9), november));
    CHECK(list(*f.store) == value_of(1) + value_of(2) + value_of(9));
    CHECK(content(f.month + ".torn-at-" + std::to_string(last)) == whole.substr(last, cut - last));
  }
}

TEST_CASE("a torn end of last month does not close the store") {
  Filled f;
  std::string text = content(f.month);
  text.pop_back();
  put(f.month, text);
  REQUIRE(f.store->append(Kind::run, "r4", value_of(4), december));
  CHECK(list(*f.store) == value_of(1) + value_of(2) + value_of(4));
  CHECK(std::filesystem::exists(f.path + "/records/2026-12.jsonl"));
}

TEST_CASE("a torn end that is not the last is damage") {
  Filled f;
  REQUIRE(f.store->append(Kind::run, "r4", value_of(4), december));
  std::string text = content(f.month);
  text.pop_back();
  put(f.month, text);
  CHECK(list(*f.store).contains("its last line is incomplete, and later files follow"));
}

// AC:store-clock
TEST_CASE("a clock that was set back writes on where it was") {
  Filled f;
  REQUIRE(f.store->append(Kind::run, "r4", value_of(4), december));
  REQUIRE(f.store->append(Kind::run, "r5", value_of(5), november));
  CHECK(content(f.path + "/records/2026-12.jsonl").contains(value_of(5)));
  CHECK(list(*f.store) == value_of(1) + value_of(2) + value_of(3) + value_of(4) + value_of(5));
  CHECK((*f.store->find(Kind::run, "r5"))->at == november);
}

// AC:store-writers
TEST_CASE("writers in several processes lose nothing") {
  Filled f(0);
  constexpr int writers = 4, each = 8;
  std::vector<pid_t> children;
  for (int w = 0; w < writers; ++w) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      const auto store = open_directory(f.path);
      for (int i = 0; i < each; ++i)
        if (!store->append(Kind::run, std::to_string(w) + "-" + std::to_string(i),
                           value_of(w * 100 + i), november))
          ::_exit(1);
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  const auto all = all_values(*f.store);
  REQUIRE(all);
  CHECK(all->size() == writers * each);
}

TEST_CASE("a writer that waits too long for the lock says who holds it") {
  Filled f;
  const auto impatient = open_directory(f.path, {.lock_patience = std::chrono::milliseconds(30)});
  const auto held = f.store->append_if([&](const Store&) -> Result<std::vector<Store::Addition>> {
    const auto blocked = impatient->append(Kind::run, "x", "{}", november);
    CHECK_FALSE(blocked);
    if (!blocked) {
      CHECK(blocked.error().code == Code::store);
      CHECK(blocked.error().message.contains("process " + std::to_string(::getpid())));
    }
    return std::vector<Store::Addition>{};
  });
  CHECK(held);
  CHECK(list(*f.store) == value_of(1) + value_of(2) + value_of(3));
}

// AC:store-faults
TEST_CASE("whatever call fails nothing acknowledged is lost and the next append works") {
  int steps = 1;
  for (int step = 0; step < steps; ++step) {
    CAPTURE(step);
    const auto directory = test::temporary();
    const std::string path = directory.path() + "/store";
    test::FaultyDisk faulty;
    const sys::Disk disk = faulty.disk();
    const auto store = open_directory(path, {.disk = &disk});
    REQUIRE(store->append(Kind::run, "r1", value_of(1), november));
    const int before = faulty.steps();
    faulty.fail_at(before + step, ENOSPC);
    const auto second = store->append(Kind::run, "r2", value_of(2), december);
    steps = std::max(steps, faulty.steps() - before);
    if (!second) CHECK(second.error().code == Code::io);
    REQUIRE(store->append(Kind::run, "r3", value_of(3), december));
    faulty.lose_power();
    const std::string kept = list(*open_directory(path));
    const bool with = kept == value_of(1) + value_of(2) + value_of(3);
    const bool without = kept == value_of(1) + value_of(3);
    CHECK_MESSAGE((with || (!second && without)), kept);
  }
  CHECK(steps > 5);
}

TEST_CASE("a disk full at half a line leaves no half line") {
  Filled f(1);
  for (int step = 0; step < 12; ++step) {
    CAPTURE(step);
    const std::string before = content(f.month);
    test::FaultyDisk faulty;
    const sys::Disk disk = faulty.disk();
    faulty.cut_write_at(step);
    const auto store = open_directory(f.path, {.disk = &disk});
    const auto appended =
        store->append(Kind::run, "s" + std::to_string(step), value_of(step + 10), november);
    if (!appended) {
      CHECK(appended.error().code == Code::io);
      CHECK(appended.error().hint.contains("the disk is full"));
      CHECK(content(f.month) == before);
    }
    REQUIRE(all_values(*f.store));
  }
}

TEST_CASE("a power failure at any step loses only what was not acknowledged") {
  for (int step = 0; step < 14; ++step) {
    CAPTURE(step);
    Filled f(2);
    test::FaultyDisk faulty;
    const sys::Disk disk = faulty.disk();
    faulty.crash_at(step);
    const bool acknowledged = open_directory(f.path, {.disk = &disk})
                                  ->append(Kind::run, "r3", value_of(3), december)
                                  .has_value();
    faulty.lose_power();
    const std::string kept = list(*f.store);
    CHECK(kept.starts_with(value_of(1) + value_of(2)));
    if (acknowledged) CHECK(kept == value_of(1) + value_of(2) + value_of(3));
    REQUIRE(f.store->append(Kind::run, "r4", value_of(4), december));
    CHECK(list(*f.store).ends_with(value_of(4)));
  }
}

TEST_CASE("a store that cannot be written is an error that says so") {
  const auto directory = test::temporary();
  put(directory.path() + "/file", "x");
  const auto under_file = open_directory(directory.path() + "/file/store");
  const auto appended = under_file->append(Kind::run, "a", "{}", november);
  REQUIRE_FALSE(appended);
  CHECK(appended.error().code == Code::io);
  CHECK(appended.error().message.contains("Not a directory"));
  test::FaultyDisk faulty;
  const sys::Disk disk = faulty.disk();
  faulty.fail_at(0, EROFS);
  const auto read_only = open_directory("/perfgate-test-read-only/store", {.disk = &disk})
                             ->append(Kind::run, "a", "{}", november);
  REQUIRE_FALSE(read_only);
  CHECK(read_only.error().hint.contains("read-only"));
  if (::geteuid() != 0) {
    Filled f;
    ::chmod((f.path + "/records").c_str(), 0555);
    ::chmod(f.month.c_str(), 0444);
    const auto refused = f.store->append(Kind::run, "a", "{}", november);
    ::chmod((f.path + "/records").c_str(), 0755);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::io);
    CHECK(list(*f.store) == value_of(1) + value_of(2) + value_of(3));
  }
}

TEST_CASE("a store is opened by its url") {
  CHECK((*open("dir:a/b"))->url() == "dir:a/b");
  CHECK((*open("a/b"))->url() == "dir:a/b");
  const auto unknown = open("ftp:a");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == Code::config);
  CHECK(unknown.error().message == "store `ftp:a`: unknown kind of store");
  CHECK(unknown.error().hint == "this version knows dir:PATH and git:REMOTE#BRANCH");
  CHECK(open("dir:").error().message == "store `dir:`: the path is missing");
}

}  // namespace
}  // namespace perfgate::store

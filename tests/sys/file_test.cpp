#include "sys/file.hpp"

#include <doctest/doctest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "support/faulty_disk.hpp"
#include "support/temporary.hpp"

namespace perfgate::sys {
namespace {

std::string content(const std::string& path) { return read_file(path, 1 << 20).value_or("(none)"); }

/// All of it survives a power failure, or none of it is there.
Result<void> append_durable(const std::string& path, std::string_view bytes,
                            const Disk& disk = real_disk()) {
  TRY(AppendFile file, AppendFile::open(path, disk));
  CHECKED(file.write(bytes));
  const auto stamp = file.commit();
  if (!stamp) return std::unexpected(stamp.error());
  CHECK(*stamp == stamp_of(path)->value_or(FileStamp{}));
  return {};
}

std::size_t entries_in(const std::string& directory) {
  const std::filesystem::directory_iterator files(directory);
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

TEST_CASE("reading a file that is not there names the path and the reason") {
  const auto text = read_file("/nowhere/at/all", 10);
  REQUIRE(!text);
  CHECK(text.error().code == Code::io);
  CHECK(text.error().message == "opening /nowhere/at/all: No such file or directory");
  CHECK(text.error().hint == "check the path; a directory of it may be missing");
}

TEST_CASE("reading a directory as a file is an error") {
  const auto text = read_file("/tmp", 10);
  REQUIRE(!text);
  CHECK(text.error().message == "reading /tmp: Is a directory");
}

TEST_CASE("a file is read up to the limit and refused beyond it") {
  const auto directory = test::temporary();
  const std::string path = directory.path() + "/file";
  REQUIRE(write_file_atomic(path, std::string(100'000, 'x')));
  CHECK(read_file(path, 100'000).value().size() == 100'000);
  const auto refused = read_file(path, 99'999);
  REQUIRE(!refused);
  CHECK(refused.error().message ==
        "reading " + path + ": it is larger than 99999 bytes, the most that is read");
  CHECK(read_file("/dev/zero", 1000).error().code == Code::io);
}

TEST_CASE("a read that fails half-way names the path") {
  const auto directory = test::temporary();
  const std::string path = directory.path() + "/file";
  REQUIRE(write_file_atomic(path, "text"));
  test::FaultyDisk faulty;
  faulty.fail_at(1, EIO);
  const auto text = read_file(path, 100, faulty.disk());
  REQUIRE(!text);
  CHECK(text.error().message == "reading " + path + ": Input/output error");
  CHECK(text.error().hint.contains("dmesg"));
}

TEST_CASE("an atomic file appears only by its commit") {
  const auto directory = test::temporary();
  const std::string path = directory.path() + "/perf.json";
  {
    auto file = AtomicFile::create(path);
    REQUIRE(file);
    REQUIRE(file->write(std::string(200'000, 'a')));
    CHECK(!std::filesystem::exists(path));
  }
  CHECK(entries_in(directory.path()) == 0);
  auto file = AtomicFile::create(path);
  REQUIRE(file->write("first"));
  REQUIRE(file->write(" second"));
  REQUIRE(file->commit());
  CHECK(content(path) == "first second");
  CHECK(entries_in(directory.path()) == 1);
  CHECK(!file->write("more"));
  CHECK(!file->commit());
}

TEST_CASE("an atomic write keeps the permissions of the file that it replaces") {
  const auto directory = test::temporary();
  const std::string path = directory.path() + "/file";
  REQUIRE(write_file_atomic(path, "old"));
  std::filesystem::permissions(path, std::filesystem::perms(0600));
  REQUIRE(write_file_atomic(path, "new"));
  CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms(0600));
}

TEST_CASE("an atomic write through a symbolic link replaces what it points to") {
  const auto directory = test::temporary();
  const std::string path = directory.path() + "/file", link = directory.path() + "/link";
  REQUIRE(write_file_atomic(path, "old"));
  std::filesystem::create_symlink("file", link);
  REQUIRE(write_file_atomic(link, "new"));
  CHECK(std::filesystem::is_symlink(link));
  CHECK(content(path) == "new");
}

// AC:atomic-special-files
TEST_CASE("writing to a device writes into it and does not replace it") {
  REQUIRE(write_file_atomic("/dev/null", "gone", Durable::yes));
  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("writing a file where a directory stands is an error") {
  const auto written = write_file_atomic("/tmp", "x");
  REQUIRE(!written);
  CHECK(written.error().message == "writing /tmp: Is a directory");
  CHECK(written.error().hint == "this is a directory; name a file");
}

// AC:atomic-write-faults
TEST_CASE(
    "whichever step of an atomic write fails the old content stands and no temporary is left") {
  const auto directory = test::temporary();
  const std::string path = directory.path() + "/file";
  int steps = 0;
  {
    test::FaultyDisk counting;
    REQUIRE(write_file_atomic(path, "old", Durable::yes, counting.disk()));
    steps = counting.steps();
    CHECK(counting.log() == std::vector<std::string>{"open", "write", "fsync", "close", "rename",
                                                     "open", "fsync", "close"});
  }
  for (const int error : {ENOSPC, EIO, EROFS, EACCES, EDQUOT}) {
    for (int step = 0; step < steps; ++step) {
      CAPTURE(step);
      test::FaultyDisk faulty;
      faulty.fail_at(step, error);
      const auto written = write_file_atomic(path, "new", Durable::yes, faulty.disk());
      CHECK(entries_in(directory.path()) == 1);
      if (step < 5) {  // not yet renamed
        REQUIRE(!written);
        CHECK(written.error().code == Code::io);
        CHECK(written.error().message.starts_with("writing " + path + ": "));
        CHECK(!written.error().hint.empty());
        CHECK(content(path) == "old");
      } else {
        CHECK(content(path) == "new");
        REQUIRE(write_file_atomic(path, "old"));
      }
    }
  }
}

TEST_CASE("a write that the system takes in pieces is complete") {
  const auto directory = test::temporary();
  test::FaultyDisk faulty;
  faulty.cut_write_at(1);
  REQUIRE(write_file_atomic(directory.path() + "/file", "0123456789", Durable::no, faulty.disk()));
  CHECK(content(directory.path() + "/file") == "0123456789");
}

// AC:atomic-write-power
TEST_CASE("after a power failure at any step a durable file is wholly old or wholly new") {
  for (int step = 0; step < 9; ++step) {
    CAPTURE(step);
    const auto directory = test::temporary();
    const std::string path = directory.path() + "/file";
    REQUIRE(write_file_atomic(path, "old"));
    test::FaultyDisk faulty;
    faulty.crash_at(step);
    const bool acknowledged =
        write_file_atomic(path, "new", Durable::yes, faulty.disk()).has_value();
    faulty.lose_power();
    const std::string found = content(path);
    CHECK((found == "old" || found == "new"));
    if (acknowledged) CHECK(found == "new");
  }
}

TEST_CASE("appending adds to the end and creates the file") {
  const auto directory = test::temporary();
  const std::string path = directory.path() + "/log";
  REQUIRE(append_durable(path, "one\n"));
  REQUIRE(append_durable(path, "two\n"));
  CHECK(content(path) == "one\ntwo\n");
}

// AC:append-faults
TEST_CASE("an append that fails leaves the file as it was") {
  const auto directory = test::temporary();
  const std::string path = directory.path() + "/log";
  REQUIRE(append_durable(path, "one\n"));
  test::FaultyDisk cut;
  cut.cut_write_at(1);
  const auto appended = append_durable(path, "two\n", cut.disk());
  REQUIRE(!appended);
  CHECK(appended.error().message == "appending to " + path + ": No space left on device");
  CHECK(appended.error().hint.contains("free some space"));
  CHECK(content(path) == "one\n");
  for (const int step : {0, 1, 3}) {  // 2 sets the time, which is no more than a stronger stamp
    CAPTURE(step);
    test::FaultyDisk faulty;
    faulty.fail_at(step, EIO);
    CHECK(!append_durable(path, "two\n", faulty.disk()));
    CHECK(content(path) == "one\n");
  }
}

TEST_CASE("an acknowledged append survives a power failure even in a new file") {
  for (int step = 0; step < 10; ++step) {
    CAPTURE(step);
    const auto directory = test::temporary();
    const std::string path = directory.path() + "/log";
    test::FaultyDisk faulty;
    faulty.crash_at(step);
    const bool acknowledged = append_durable(path, "one\n", faulty.disk()).has_value();
    faulty.lose_power();
    if (acknowledged) CHECK(content(path) == "one\n");
    CHECK(acknowledged == (step >= 8));  // no step failed
  }
}

// AC:disk-full
TEST_CASE("a disk that is really full is an error with a hint and leaves nothing behind") {
  const auto directory = test::temporary();
  if (::geteuid() != 0 || ::mount("none", directory.path().c_str(), "tmpfs", 0, "size=64k") != 0) {
    MESSAGE("not permitted to mount a tmpfs: skipped");
    return;
  }
  const std::string path = directory.path() + "/file";
  REQUIRE(write_file_atomic(path, "old"));
  const auto written = write_file_atomic(path, std::string(1 << 20, 'x'));
  const std::string kept = content(path);
  const std::size_t entries = entries_in(directory.path());
  const auto appended = append_durable(path, std::string(1 << 20, 'x'));
  const std::string still = content(path);
  ::umount(directory.path().c_str());
  REQUIRE(!written);
  CHECK(written.error().message == "writing " + path + ": No space left on device");
  CHECK(written.error().hint == "the disk is full: free some space, or write to another one");
  CHECK(kept == "old");
  CHECK(entries == 1);
  CHECK(!appended);
  CHECK(still == "old");
}

TEST_CASE("syncing a directory that is not there is an error") {
  const auto synced = sync_directory("/nowhere");
  REQUIRE(!synced);
  CHECK(synced.error().message == "syncing the directory /nowhere: No such file or directory");
}

}  // namespace
}  // namespace perfgate::sys

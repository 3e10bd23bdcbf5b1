#include "sys/directory.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "support/faulty_disk.hpp"
#include "support/temporary.hpp"
#include "sys/file.hpp"

namespace perfgate::sys {
namespace {

TEST_CASE("directories are made with those above them and may exist already") {
  const auto directory = test::temporary();
  const std::string path = directory.path() + "/a/b//c/";
  REQUIRE(make_directories(path));
  REQUIRE(make_directories(path));
  CHECK(std::filesystem::is_directory(directory.path() + "/a/b/c"));
  REQUIRE(write_file_atomic(directory.path() + "/file", ""));
  const auto made = make_directories(directory.path() + "/file/below");
  REQUIRE(!made);
  CHECK(made.error().code == Code::io);
  CHECK(made.error().hint == "a part of the path is a file, not a directory");
  test::FaultyDisk faulty;
  faulty.fail_at(0, EROFS);
  CHECK(!make_directories("perfgate-no-such-directory", faulty.disk()));
}

TEST_CASE("files below a directory are listed sorted and links are not followed") {
  const auto directory = test::temporary();
  REQUIRE(make_directories(directory.path() + "/b/c"));
  for (const char* name : {"/z", "/b/c/file", "/b/a"})
    REQUIRE(write_file_atomic(directory.path() + name, "1234"));
  std::filesystem::create_directory_symlink("..", directory.path() + "/b/loop");
  std::filesystem::create_symlink("/etc/passwd", directory.path() + "/secret");
  const auto files = list_files(directory.path());
  REQUIRE(files);
  REQUIRE(files->size() == 3);
  CHECK((*files)[0].path == "b/a");
  CHECK((*files)[1].path == "b/c/file");
  CHECK((*files)[2].path == "z");
  CHECK((*files)[2].size == 4);
}

TEST_CASE("listing is limited in files and in depth") {
  const auto directory = test::temporary();
  REQUIRE(write_file_atomic(directory.path() + "/a", ""));
  REQUIRE(write_file_atomic(directory.path() + "/b", ""));
  CHECK(list_files(directory.path(), 2));
  CHECK(list_files(directory.path(), 1).error().message ==
        "listing " + directory.path() + ": more than 1 files");
  std::string deep = directory.path();
  for (int i = 0; i < 70; ++i) deep += "/d";
  REQUIRE(make_directories(deep));
  CHECK(list_files(directory.path()).error().message ==
        "listing " + directory.path() + ": more than 64 levels deep");
  CHECK(list_files("/nowhere").error().message == "listing /nowhere: No such file or directory");
}

TEST_CASE("a file that was written again is listed as changed") {
  const auto directory = test::temporary();
  const std::string path = directory.path() + "/file";
  REQUIRE(write_file_atomic(path, "1234"));
  const auto before = list_files(directory.path());
  CHECK(*list_files(directory.path()) == *before);
  REQUIRE(write_file_atomic(path, "1234"));
  CHECK(*list_files(directory.path()) != *before);
}

TEST_CASE("free space is that of the nearest directory which exists") {
  CHECK(free_space("/tmp/not/there").value() > 0);
  CHECK(free_space("not-there").value() > 0);
}

TEST_CASE("whether a directory is writable is tried") {
  const auto directory = test::temporary();
  CHECK(check_writable(directory.path() + "/not/yet/there"));
  CHECK(std::filesystem::is_empty(directory.path()));
  test::FaultyDisk faulty;
  faulty.fail_at(0, EROFS);
  const auto refused = check_writable(directory.path(), faulty.disk());
  REQUIRE(!refused);
  CHECK(refused.error().message == "writing into " + directory.path() + ": Read-only file system");
  CHECK(refused.error().hint == "the file system is read-only: write to another directory");
}

TEST_CASE("a file is removed with its directory where nothing else lies in that") {
  const auto directory = test::temporary();
  const std::string path = directory.path() + "/a";
  REQUIRE(remove_with_directory(path, "file"));  // nothing is there
  REQUIRE(make_directories(path));
  for (const char* name : {"/file", "/other"}) REQUIRE(write_file_atomic(path + name, ""));
  REQUIRE(remove_with_directory(path, "file"));
  CHECK(std::filesystem::exists(path + "/other"));
  CHECK_FALSE(std::filesystem::exists(path + "/file"));
  REQUIRE(remove_with_directory(path, "other"));
  CHECK_FALSE(std::filesystem::exists(path));
  REQUIRE(write_file_atomic(path, ""));
  REQUIRE(remove_with_directory(path, "file"));
  CHECK(std::filesystem::exists(path));
  REQUIRE(make_directories(directory.path() + "/b/file"));
  CHECK_FALSE(remove_with_directory(directory.path() + "/b", "file"));
}

TEST_CASE("a temporary directory goes with all that is in it") {
  std::string path;
  {
    const auto directory = test::temporary();
    path = directory.path();
    REQUIRE(make_directories(path + "/a/b"));
    REQUIRE(write_file_atomic(path + "/a/b/c", "x"));
  }
  CHECK(!std::filesystem::exists(path));
  CHECK(TemporaryDirectory::make("/nowhere").error().code == Code::io);
}

}  // namespace
}  // namespace perfgate::sys

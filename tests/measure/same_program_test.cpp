#include "measure/same_program.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "support/processes.hpp"
#include "support/temporary.hpp"

namespace perfgate::measure {
namespace {

struct Folders {
  sys::TemporaryDirectory directory = test::temporary();
  Folders() {
    for (const char* side : {"a", "b"}) {
      std::filesystem::create_directory(path(side));
      std::filesystem::copy_file("/bin/true", path(side) + "/prog");
    }
  }
  std::string path(const std::string& name) const { return directory.path() + "/" + name; }
  void write(const std::string& name, std::string_view text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    std::filesystem::permissions(path(name), std::filesystem::perms::owner_all);
  }
  Suite suite(const std::string& program, std::vector<std::string> arguments = {}) const {
    Suite made{.name = "s", .command = {path(program)}};
    made.command.insert(made.command.end(), arguments.begin(), arguments.end());
    return made;
  }
  bool same(const Suite& base, const Suite& head, Sameness around) const {
    return same_program(base, head, around, test::plain_environment());
  }
};

// AC:ab-control
TEST_CASE("equal machine code with equal arguments is the same program") {
  const Folders folders;
  const Suite a = folders.suite("a/prog", {"9"}), b = folders.suite("b/prog", {"9"});
  CHECK(folders.same(a, b, Sameness::sources));
  CHECK(folders.same(a, b, Sameness::same));
  CHECK_FALSE(folders.same(a, b, Sameness::unlike));
  CHECK_FALSE(folders.same(a, folders.suite("b/prog", {"8"}), Sameness::sources));
  CHECK_FALSE(folders.same(a, folders.suite("b/none", {"9"}), Sameness::sources));
  folders.write("b/libx.so.1", "what the program may load");
  CHECK_FALSE(folders.same(a, b, Sameness::sources));
  folders.write("a/libx.so.1", "what the program may load");
  CHECK(folders.same(a, b, Sameness::sources));
  folders.write("b/libx.so.1", "what the program may LOAD");
  CHECK_FALSE(folders.same(a, b, Sameness::sources));
}

TEST_CASE("an equal script says nothing of what it reads") {
  const Folders folders;
  folders.write("a/run", "#!/bin/sh\ncat data\n");
  folders.write("b/run", "#!/bin/sh\ncat data\n");
  const Suite a = folders.suite("a/run"), b = folders.suite("b/run");
  CHECK_FALSE(folders.same(a, b, Sameness::sources));
  CHECK(folders.same(a, b, Sameness::same));
  // Nor does one interpreter on both sides.
  Suite shell_a{.name = "s", .command = {"sh", "run"}, .cwd = folders.path("a")}, shell_b = shell_a;
  shell_b.cwd = folders.path("b");
  CHECK_FALSE(folders.same(shell_a, shell_b, Sameness::sources));
  CHECK(folders.same(shell_a, shell_b, Sameness::same));
}

TEST_CASE("bytes are compared whole") {
  const Folders folders;
  std::string large(200'000, 'x');
  folders.write("one", large);
  folders.write("two", large);
  CHECK(same_bytes(folders.path("one"), folders.path("two")));
  large.back() = 'y';
  folders.write("two", large);
  CHECK_FALSE(same_bytes(folders.path("one"), folders.path("two")));
  folders.write("two", large + "z");
  CHECK_FALSE(same_bytes(folders.path("one"), folders.path("two")));
  CHECK_FALSE(same_bytes(folders.path("one"), folders.path("none")));
  CHECK_FALSE(same_bytes("", folders.path("one")));
}

}  // namespace
}  // namespace perfgate::measure

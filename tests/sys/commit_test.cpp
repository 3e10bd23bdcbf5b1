// What is measured: the commit that is checked out.

#include <doctest/doctest.h>

#include "base/text.hpp"
#include "store/git_support.hpp"
#include "sys/git.hpp"

namespace perfgate::sys {
namespace {

/// A repository of one commit with this message, byte for byte.
Commit committed(const std::string& message, std::vector<std::string> options = {}) {
  const test::GitWorld world;
  world.git({"init", "--quiet", "-b", "main", "here"});
  std::vector<std::string> arguments{
      "commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--allow-empty-message",
      "-m",     message};
  options.insert(options.end(), arguments.begin(), arguments.end());
  world.git_at(world.below("here"), options);
  const auto commit = read_commit(world.below("here"), world.environment());
  REQUIRE(commit);
  REQUIRE(*commit);
  return **commit;
}

// AC:commit-subject
TEST_CASE("commit: the first line of its message, as safe text of at most 200 characters") {
  const Commit commit = committed("Read the header once\n\nIt was read for each row.");
  CHECK(commit.subject == "Read the header once");
  CHECK(commit.branch == "main");
  CHECK(commit.time);
  CHECK(committed("Größe 測定 🚀").subject == "Größe 測定 🚀");
  CHECK(committed("").subject.empty());
  CHECK(committed("::error::a\x1b[31m\tb\u202ec").subject ==
        safe_text("::error::a\x1b[31m\tb\u202ec", 200));
  for (const char c : committed("\x01\x1b[2J\x7f ::set-output").subject)
    CHECK(static_cast<unsigned char>(c) >= 0x20);
  CHECK(committed(std::string(500, 'x')).subject == std::string(199, 'x') + "…");
  std::string wide;
  for (int i = 0; i < 300; ++i) wide += "測";
  const std::string cut = committed(wide).subject;
  CHECK(is_utf8(cut));
  CHECK(cut.size() == 200 * 3);
}

// AC:commit-subject
TEST_CASE("commit: a message of no UTF-8 is read as what it says it is, and is UTF-8 then") {
  CHECK(committed("gr\xfc\xdf", {"-c", "i18n.commitEncoding=ISO-8859-1"}).subject == "grüß");
  CHECK(is_utf8(committed("broken \xff\xfe").subject));
}

TEST_CASE("commit: no repository has none, and one without a commit neither") {
  const test::GitWorld world;
  CHECK(*read_commit(world.path(), world.environment()) == std::nullopt);
  world.git({"init", "--quiet", "here"});
  CHECK(*read_commit(world.below("here"), world.environment()) == std::nullopt);
}

}  // namespace
}  // namespace perfgate::sys

#include <doctest/doctest.h>

#include <map>

#include "cli/setup/init_files.hpp"
#include "cli/setup/init_suites.hpp"
#include "config/project.hpp"

using namespace perfgate;
using cli::Found, cli::ProposedSuite;

namespace {

Found look(const std::map<std::string, std::string>& files) {
  cli::Tree tree{.files = {}, .read = [&](const std::string& path) -> Result<std::string> {
                   return files.at(path);
                 }};
  for (const auto& [path, text] : files) tree.files.push_back(path);
  auto found = cli::look_for_suites(tree);
  REQUIRE(found.has_value());
  // Whatever was found, perfgate.toml as it is written can be read.
  if (!found->suites.empty()) {
    const auto project = config::read_project(cli::project_text(found->suites), "perfgate.toml");
    REQUIRE(project.has_value());
    REQUIRE(project->suites.size() == found->suites.size());
  }
  return *std::move(found);
}

std::string links(const std::string& target) {
  return "add_executable(" + target + " a.cpp)\ntarget_link_libraries(" + target +
         " benchmark::benchmark)\n";
}

std::string bench(const std::string& package, const std::string& name) {
  return "[package]\nname = \"" + package + "\"\n[dependencies]\ncriterion = \"0.5\"\n" +
         "[[bench]]\nname = \"" + name + "\"\nharness = false\n";
}

}  // namespace

// AC:init-readable
TEST_CASE("init names every suite as a suite may be named") {
  const Found found = look({{"CMakeLists.txt", links(".") + links("..") + links("a+b")},
                            {"x/CMakeLists.txt", links(std::string(300, 'n'))},
                            {"y/CMakeLists.txt", links(std::string(299, 'n') + "m")}});
  REQUIRE(found.suites.size() == 5);
  CHECK(found.suites[0].name == "suite");
  CHECK(found.suites[1].name == "suite-2");
  CHECK(found.suites[2].name == "a-b");
  CHECK(found.suites[3].name == std::string(90, 'n'));
  CHECK(found.suites[4].name == std::string(90, 'n') + "-2");
}

TEST_CASE("init puts into commands only names that mean themselves there") {
  const Found cmake = look({{"CMakeLists.txt",
                             "option(A_BENCH \"\")\noption(\xff_BENCH \"\")\n"
                             "option(\"b_BENCH `c`\" \"\")\n" +
                                 links("good") + links("-bad") + links("$(bad)")}});
  REQUIRE(cmake.suites.size() == 1);
  CHECK(cmake.suites[0].setup[2].contains("Release -DA_BENCH=ON -DCMAKE"));
  CHECK(cmake.doubts.size() == 2);
  for (const std::string name : {"-bad", "{nope}", "a\\u0000b", "a b", "."}) {
    const Found cargo = look({{"Cargo.toml", bench("pkg", name)}});
    CHECK(cargo.suites.empty());
    CHECK(cargo.doubts.size() == 1);
  }
  CHECK(look({{"Cargo.toml", bench("pkg", "größe")}}).suites.size() == 1);
}

TEST_CASE("init leaves out what perfgate.toml cannot say, and tells") {
  const Found found = look({{"Cargo.toml", "[workspace]\n"},
                            {"a/Cargo.toml", bench("", "speed")},
                            {"b/Cargo.toml", bench("b", "speed")},
                            {"\xff/CMakeLists.txt", links("t")}});
  REQUIRE(found.suites.size() == 1);
  CHECK(found.suites[0].command[3] == "b");
  REQUIRE(found.doubts.size() == 2);
  CHECK(found.doubts[0].contains("cannot stand in perfgate.toml"));
}

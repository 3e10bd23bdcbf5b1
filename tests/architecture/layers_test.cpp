#include "architecture/layers.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include "paths.hpp"

namespace perfgate::test {
namespace {

std::vector<SourceFile> sources() {
  namespace fs = std::filesystem;
  const fs::path root = PERFGATE_SOURCE_DIR "/src";
  std::vector<SourceFile> files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const auto extension = entry.path().extension();
    if (!entry.is_regular_file() || (extension != ".hpp" && extension != ".cpp")) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files.push_back({fs::relative(entry.path(), root).generic_string(),
                     std::string(std::istreambuf_iterator<char>(file), {})});
  }
  return files;
}

std::vector<std::string> of(std::string path, std::string text) {
  return layer_violations({{std::move(path), std::move(text)}});
}

// AC:layers
TEST_CASE("every include keeps the order of the layers") {
  const auto files = sources();
  CHECK(files.size() > 50);
  for (const std::string& violation : layer_violations(files)) FAIL_CHECK(violation);
}

TEST_CASE("an include that breaks the order of the layers is found with file and line and rule") {
  CHECK(of("gate/judge.cpp", "// x\n\n#include \"sys/file.hpp\"\n") ==
        std::vector<std::string>{"gate/judge.cpp:3: gate may not include sys/file.hpp: only base, "
                                 "model, stats, harness, report, config"});
  CHECK(of("stats/a.cpp", "  #  include \"harness/harness.hpp\"").size() == 1);
  CHECK(of("report/a.cpp", "#include \"stats/summary.hpp\"").size() == 1);
  CHECK(of("base/a.hpp", "#include \"model/run.hpp\"").size() == 1);
  CHECK(of("store/a.cpp", "#include \"gate/judge.hpp\"").size() == 1);
  CHECK(of("measure/a.cpp", "#include \"store/store.hpp\"").size() == 1);
  CHECK(of("attic/a.cpp", "#include \"base/code.hpp\"") ==
        std::vector<std::string>{"attic/a.cpp:1: the folder attic is in no layer"});
}

TEST_CASE("a heavy header is only for source files and the codec") {
  CHECK(of("base/json.hpp", "#include <nlohmann/json.hpp>") ==
        std::vector<std::string>{
            "base/json.hpp:1: a header may not include nlohmann/json.hpp: it is heavy"});
  CHECK(of("config/a.hpp", "#include <toml++/toml.h>").size() == 1);
  CHECK(of("harness/a.hpp", "#include <simdjson.h>").size() == 1);
  CHECK(of("cli/a.hpp", "#include <CLI/CLI.hpp>").size() == 1);
  CHECK(of("base/json.hpp", "#include <nlohmann/json_fwd.hpp>").empty());
  CHECK(of("base/codec.hpp", "#include <nlohmann/json.hpp>").empty());
  CHECK(of("base/json.cpp", "#include <nlohmann/json.hpp>").empty());
}

TEST_CASE("includes to the left and of the own folder are allowed") {
  CHECK(of("gate/judge.cpp",
           "#include \"gate/judge.hpp\"\n#include \"stats/compare.hpp\"\n#include <vector>\n")
            .empty());
  CHECK(of("main.cpp", "#include \"cli/main.hpp\"\n").empty());
  CHECK(of("cli/trial/gate.cpp", "#include \"store/store.hpp\"\n#include \"gate/judge.hpp\"\n")
            .empty());
}

}  // namespace
}  // namespace perfgate::test

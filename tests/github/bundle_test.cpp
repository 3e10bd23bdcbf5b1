// A bundle comes from a job that ran a stranger's code: what it may hold, and how much.

#include "github/bundle.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "model/judgement_json.hpp"
#include "model/run_json.hpp"
#include "support/cli.hpp"
#include "support/factory.hpp"
#include "support/temporary.hpp"

namespace perfgate::github {
namespace {

namespace fs = std::filesystem;
using test::says;

/// A folder to put bundles into.
struct Folder {
  sys::TemporaryDirectory directory = test::temporary();
  std::string path = directory.path() + "/artifacts";

  Folder() { fs::create_directory(path); }
  void write(const std::string& name, std::string_view text) const {
    fs::create_directories(fs::path(path + "/" + name).parent_path());
    std::ofstream(path + "/" + name, std::ios::binary) << text;
  }
  std::vector<ReadBundle> read(const BundleLimits& limits = {}) const {
    auto bundles = read_bundles(path, limits);
    REQUIRE(bundles);
    return *std::move(bundles);
  }
  /// The only bundle's error, or the folder's own.
  Error refused(const BundleLimits& limits = {}) const {
    const auto bundles = read_bundles(path, limits);
    if (!bundles) return bundles.error();
    REQUIRE(bundles->size() == 1);
    REQUIRE_FALSE((*bundles)[0].bundle);
    return (*bundles)[0].bundle.error();
  }
};

std::string run_text(const std::string& id = "run-1") {
  std::string text;
  write_run(test::make_run({.id = id}), [&](std::string_view piece) { text += piece; });
  return text;
}

void refuses(const Error& error, Code code, std::string_view words) {
  CHECK(error.code == code);
  says(error.message, words);
  CHECK_FALSE(error.hint.empty());
}

// AC:publish-bundle
TEST_CASE("a bundle is one run, or both sides of an ab, or folders of such") {
  {
    const Folder one;
    one.write("run.json", run_text());
    one.write("perf.json", "{}");
    const Judgement claimed = test::judged(test::make_run(), nullptr, {});
    std::string text;
    write_judgement(claimed, [&](std::string_view piece) { text += piece; });
    one.write("judgement.json", text);
    const auto bundles = one.read();
    REQUIRE(bundles.size() == 1);
    CHECK(bundles[0].name == "artifacts");
    REQUIRE(bundles[0].bundle);
    CHECK(bundles[0].bundle->head.id == "run-1");
    CHECK_FALSE(bundles[0].bundle->base);
    CHECK(bundles[0].bundle->claimed->verdict == claimed.verdict);
  }
  {
    const Folder several;
    several.write("linux-x64 (1)/head/run.json", run_text("head"));
    several.write("linux-x64 (1)/base/run.json", run_text("base"));
    several.write("arm@1/run.json", run_text("arm"));
    several.write("broken/run.json", "[");
    const auto bundles = several.read();
    REQUIRE(bundles.size() == 3);
    CHECK(bundles[0].name == "arm@1");
    CHECK(bundles[0].bundle->head.id == "arm");
    refuses(bundles[1].bundle.error(), Code::schema, "artifacts/broken/run.json");
    CHECK(bundles[2].name == "linux-x64 (1)");
    CHECK(bundles[2].bundle->base->id == "base");
  }
  {  // The caller's own word for the folder may be a link.
    const Folder linked;
    linked.write("run.json", run_text());
    fs::create_symlink(linked.path, linked.directory.path() + "/link");
    const auto bundles = read_bundles(linked.directory.path() + "/link/");
    REQUIRE(bundles);
    CHECK(bundles->at(0).name == "link");
    CHECK(bundles->at(0).bundle);
  }
}

// AC:publish-bundle-limits
TEST_CASE("size, number of values, depth and count of a bundle are bounded") {
  const std::string text = run_text();
  const Folder one;
  one.write("run.json", text);
  CHECK(one.read({.file_bytes = text.size()})[0].bundle);
  refuses(one.refused({.file_bytes = text.size() - 1}), Code::schema,
          fmt::format("{} bytes; of one file {} are read", text.size(), text.size() - 1));
  CHECK(one.read({.bytes = text.size()})[0].bundle);
  refuses(one.refused({.bytes = text.size() - 1}), Code::schema, "of a bundle");
  refuses(one.refused({.values = 50}), Code::schema, "more than 50 values");
  refuses(one.refused({.depth = 2}), Code::schema, "run.json");

  // All files count together, and what came before the limit stays.
  const Folder several;
  for (const char* name : {"a", "b", "c"}) several.write(fmt::format("{}/run.json", name), text);
  const auto bundles = several.read({.bytes = 2 * text.size()});
  REQUIRE(bundles.size() == 3);
  CHECK(bundles[0].bundle);
  CHECK(bundles[1].bundle);
  refuses(bundles[2].bundle.error(), Code::schema, "artifacts/c/run.json");
  CHECK(several.read({.bundles = 3, .entries = 1}).size() == 3);
  refuses(several.refused({.bundles = 2, .entries = 1}), Code::schema, "more than 2 entries");

  one.write("perf.json", "{}");
  one.write("judgement.json", "{}");
  refuses(one.refused({.entries = 2}), Code::schema, "more than 2 entries");
  // A file of nothing but values is refused before it is made into a document many times its size.
  const Folder flood;
  flood.write("run.json", "[" + std::string(3000, ',') + "]");
  refuses(flood.refused({.values = 3000}), Code::schema, "values");
}

// AC:publish-bundle
TEST_CASE("no link is followed and nothing but a regular file is read") {
  const auto with = [](const std::function<void(const Folder&)>& make) {
    const Folder folder;
    make(folder);
    return folder.refused();
  };
  const auto secret = [](const Folder& folder) {
    const std::string path = folder.directory.path() + "/secret.json";
    std::ofstream(path) << run_text();
    return path;
  };
  for (const char* name : {"run.json", "judgement.json", "perf.json"}) {
    CAPTURE(name);
    refuses(with([&](const Folder& folder) {
              if (std::string_view(name) != "run.json") folder.write("run.json", run_text());
              fs::create_symlink(secret(folder), folder.path + "/" + name);
            }),
            Code::schema, "it is a link");
  }
  refuses(with([&](const Folder& folder) {
            folder.write("elsewhere", "");
            fs::remove(folder.path + "/elsewhere");
            fs::create_directory(folder.directory.path() + "/side");
            std::ofstream(folder.directory.path() + "/side/run.json") << run_text();
            fs::create_symlink(folder.directory.path() + "/side", folder.path + "/base");
            fs::create_symlink(folder.directory.path() + "/side", folder.path + "/head");
          }),
          Code::schema, "it is a link");
  refuses(with([](const Folder& folder) {
            folder.write("base/run.json", run_text());
            fs::create_directory(folder.path + "/head");
            fs::create_symlink("../base/run.json", folder.path + "/head/run.json");
          }),
          Code::schema, "it is a link");
  refuses(with([](const Folder& folder) {
            REQUIRE(::mkfifo((folder.path + "/run.json").c_str(), 0600) == 0);
          }),
          Code::schema, "no regular file");
  refuses(with([](const Folder& folder) { fs::create_directory(folder.path + "/run.json"); }),
          Code::schema, "no regular file");
  refuses(with([](const Folder& folder) {
            fs::create_directory(folder.directory.path() + "/other");
            fs::create_symlink(folder.directory.path() + "/other", folder.path + "/leg");
          }),
          Code::schema, "it is no folder");
}

// AC:publish-bundle
TEST_CASE("what does not belong into a bundle makes it none") {
  for (const char* name : {"evil.sh", "Run.json", "run.json.gz", ".perfgate", "thresholds.toml"}) {
    CAPTURE(name);
    const Folder folder;
    folder.write("run.json", run_text());
    folder.write(name, "x");
    refuses(folder.refused(), Code::schema, "does not belong into a bundle");
  }
  const Folder side;
  side.write("head/run.json", run_text());
  side.write("base/run.json", run_text());
  side.write("base/more.json", "{}");
  refuses(side.refused(), Code::schema, "run.json and nothing else");
  const Folder beside;
  beside.write("leg/run.json", run_text());
  beside.write("readme.txt", "x");
  const auto bundles = beside.read();
  REQUIRE(bundles.size() == 2);
  CHECK(bundles[0].bundle);
  refuses(bundles[1].bundle.error(), Code::schema, "it is no folder");
}

// AC:publish-bundle
TEST_CASE("names of bundles are plain, and are told made harmless") {
  for (const std::string& name :
       {std::string(".hidden"), std::string("a\nb"), std::string("a\x1b[31m"), std::string("..a"),
        std::string("<b>"), std::string("a|b"), std::string("\xc3\xa9"), std::string(101, 'x')}) {
    const Folder folder;
    folder.write(name + "/run.json", run_text());
    const Error error = folder.refused();
    CAPTURE(error.message);
    CHECK(error.code == Code::schema);
    says(error.message, "no name of a bundle");
    CHECK_FALSE(error.message.contains('\n'));
    CHECK_FALSE(error.message.contains('\x1b'));
  }
}

// AC:publish-bundle
TEST_CASE("where nothing was measured it is said, and where nothing can be read too") {
  const Folder empty;
  refuses(empty.refused(), Code::nothing_measured, "it is empty");
  const Folder words;
  words.write("judgement.json", "{}");
  refuses(words.refused(), Code::nothing_measured, "it holds no run.json");
  const Folder half;
  half.write("leg/base/run.json", run_text());
  refuses(half.refused(), Code::nothing_measured, "it holds no run.json");
  CHECK(read_bundles(empty.path + "/nowhere").error().code == Code::io);
  for (const char* text : {"", "null", "[]", "{\"schema\":\"perfgate.run/9\"}", "{} {}", "\xff"}) {
    CAPTURE(text);
    const Folder broken;
    broken.write("run.json", text);
    CHECK(broken.refused().code == Code::schema);
  }
}

}  // namespace
}  // namespace perfgate::github

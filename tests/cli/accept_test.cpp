#include <doctest/doctest.h>

#include "support/cli.hpp"

namespace perfgate::cli {
namespace {

using test::Desk;
using test::says;

std::string records(const Desk& perfgate) {
  std::string all;
  for (const auto& [path, text] : perfgate.files(".perfgate")) all += text;
  return all;
}

int accept(Desk& perfgate, std::vector<std::string> more) {
  std::vector<std::string> arguments{"baseline", "accept", "--reason", "a new format",
                                     "--owner",  "ann",    "--ticket", "T-1"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return perfgate(arguments);
}

void promote_base(Desk& perfgate) {
  perfgate.write_run("base.json", {.id = "base"});
  REQUIRE(perfgate({"baseline", "promote", "--run", "base.json", "--tests-passed"}) == 0);
}

int check(Desk& perfgate, const std::string& file, std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"check", "--run", file, "--store", "dir:.perfgate"});
  return perfgate(more);
}

// AC:accept
TEST_CASE(
    "a regression is red and opens an incident until it is accepted and again when that ends") {
  Desk perfgate;
  promote_base(perfgate);
  perfgate.write_run("slow.json", {.multiplier = 1.07, .id = "run-1"});
  CHECK(check(perfgate, "slow.json") == 1);
  says(records(perfgate), R"("kind":"incident")");
  says(records(perfgate), R"("state":"open")");

  perfgate.now.unix_ms += 1000;
  CHECK(accept(perfgate, {"--benchmark", "*", "--metric", "time", "--max-change", "8%", "--expires",
                          "2027-12-31", "--run", "slow.json"}) == 0);
  says(perfgate.out, "added waiver `w-");
  says(perfgate.out, "have it reviewed like code");
  says(perfgate.read("waivers.toml"), "max_change = \"8 %\"\n");
  says(perfgate.read("waivers.toml"), "created = 2027-01-15\nexpires = 2027-12-31\n");
  says(records(perfgate), R"("action":"accept","actor":"local")");

  Run later = test::make_run({.multiplier = 1.07, .id = "run-2"});
  later.started.unix_ms += 1000;
  perfgate.write_receipt("later.json", later);
  CHECK(check(perfgate, "later.json", {"--out", "out"}) == 0);
  says(perfgate.out, "accepted  suite/sort");
  says(perfgate.out, "of ann, up to 8 % until 2027-12-31: a new format [T-1] (accepts suite/");
  says(perfgate.read("out/judgement.json"), R"("reason": "accepted")");
  says(records(perfgate), R"("state":"accepted")");
  says(records(perfgate), R"("kind":"waiver")");
  CHECK(check(perfgate, "later.json", {"--format", "md"}) == 0);
  says(perfgate.out, "of ann, up to 8 % until 2027-12-31");
  CHECK(check(perfgate, "later.json", {"--format", "json"}) == 0);
  says(perfgate.out, R"("owner": "ann")");

  // Further than that it does not reach.
  perfgate.write_run("slower.json", {.multiplier = 1.09, .id = "run-3"});
  CHECK(check(perfgate, "slower.json") == 1);
  says(perfgate.out, "covers only 8 %");

  perfgate.now = *time_from_text("2028-01-01T00:00:00Z");
  CHECK(check(perfgate, "later.json") == 1);
  says(perfgate.out, "expired on 2027-12-31");
}

/// Every file but the store's index, which reading may bring up to date.
std::map<std::string, std::string> files(const Desk& perfgate) {
  auto all = perfgate.files(".");
  std::erase_if(all, [](const auto& file) { return file.first.contains("index.sqlite"); });
  return all;
}

// AC:accept-refused
TEST_CASE("a waiver that would match nothing or is no waiver is refused") {
  Desk perfgate;
  promote_base(perfgate);
  const auto refused = [&](std::vector<std::string> more, const std::string& message) {
    const auto before = files(perfgate);
    CHECK(accept(perfgate, more) == 2);
    says(perfgate.err, "CBKB101");
    says(perfgate.err, message);
    CHECK(files(perfgate) == before);
  };
  refused({"--benchmark", "soort", "--max-change", "8%", "--expires", "2027-12-31"},
          "would match nothing that run base measured");
  says(perfgate.err, "did you mean `sort`?");
  refused({"--benchmark", "sort", "--max-change", "8", "--expires", "2027-12-31"},
          "--max-change: `8` is not a share of more than 0");
  refused({"--benchmark", "sort", "--max-change", "8%", "--expires", "soon"},
          "--expires: `soon` is not a date");
  refused({"--benchmark", "sort", "--max-change", "8%", "--expires", "2027-01-14"},
          "that day is over");
  refused({"--benchmark", "sort", "--max-change", "8%", "--expires", "2027-12-31", "--run", "none"},
          "neither a file that can be read nor a run of");
  CHECK(accept(perfgate, {"--benchmark", "sort", "--max-change", "8%"}) == 2);
  says(perfgate.err, "--expires");
}

TEST_CASE("accept adds to the file as it stands and a dry run prints it only") {
  Desk perfgate;
  promote_base(perfgate);
  const std::vector<std::string> sort{"--benchmark", "sort",      "--max-change",
                                      "8%",          "--expires", "2027-12-31"};
  auto dry = sort;
  dry.push_back("--dry-run");
  const auto before = files(perfgate);
  CHECK(accept(perfgate, dry) == 0);
  CHECK(perfgate.out.starts_with("[[waiver]]\nid = \"w-"));
  CHECK(files(perfgate) == before);

  const std::string comment = "# ours, reviewed by the team\n";
  perfgate.write("ours/waivers.toml", comment);
  perfgate.write("perfgate.toml", "waivers = \"ours/waivers.toml\"\n");
  CHECK(accept(perfgate, sort) == 0);
  CHECK(perfgate.read("ours/waivers.toml").starts_with(comment + "\n[[waiver]]\n"));
  CHECK(accept(perfgate, sort) == 2);
  says(perfgate.err, "holds this waiver already");
  perfgate.environment["PERFGATE_WAIVERS"] = "theirs.toml";
  CHECK(accept(perfgate, sort) == 0);
  CHECK(perfgate.exists("theirs.toml"));
  auto elsewhere = sort;
  elsewhere.insert(elsewhere.end(), {"--waivers", "flag.toml"});
  CHECK(accept(perfgate, elsewhere) == 0);
  CHECK(perfgate.exists("flag.toml"));
  CHECK(perfgate({"check", "--run", "base.json", "--waivers", "none.toml"}) == 2);
  says(perfgate.err, "CBKB102");
  perfgate.write("theirs.toml", "[[waiver]]\nbenchmrk = \"x\"\n");
  CHECK(perfgate({"check", "--run", "base.json"}) == 2);
  says(perfgate.err, "theirs.toml:2: unknown key `benchmrk`");
}

// AC:access-accept
TEST_CASE("who may not accept is refused and that is written down") {
  Desk perfgate;
  promote_base(perfgate);
  perfgate.write("thresholds.toml", "[access.accept]\nactors = [\"ann\"]\n");
  const std::vector<std::string> sort{"--benchmark", "sort",      "--max-change",
                                      "8%",          "--expires", "2027-12-31"};
  CHECK(accept(perfgate, sort) == 2);
  says(perfgate.err, "CBKB116");
  says(perfgate.err,
       "the policy does not let `local`, whose role is not known, accept: actors ann");
  CHECK_FALSE(perfgate.exists("waivers.toml"));
  says(records(perfgate), R"("action":"accept","actor":"local")");
  says(records(perfgate), R"("allowed":false)");
  perfgate.environment["GITHUB_ACTOR"] = "ann";
  CHECK(accept(perfgate, sort) == 0);
  CHECK(perfgate({"explain", "CBKB116"}) == 0);
  says(perfgate.out, "[access.accept]");
}

}  // namespace
}  // namespace perfgate::cli

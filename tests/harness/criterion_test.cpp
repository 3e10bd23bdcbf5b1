#include "harness/criterion.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/gather.hpp"
#include "paths.hpp"

namespace perfgate::harness {
namespace {

const std::filesystem::path data =
    std::filesystem::path(PERFGATE_SOURCE_DIR) / "tests/data/criterion";
const std::filesystem::path corpus =
    std::filesystem::path(PERFGATE_SOURCE_DIR) / "../shared/corpus/criterion";

Gathered gather_texts(const Texts& texts) { return gather("criterion", texts); }
Gathered gather_file(const std::filesystem::path& path) {
  return gather("criterion", {{path.filename().string(), file_text(path)}});
}
Gathered gather_tree(const std::filesystem::path& path) {
  return gather("criterion", directory_texts("criterion", path));
}

/// A tree of one benchmark `b`, whose files can be replaced.
Texts tree(std::string_view benchmark, std::string_view estimates, std::string_view sample) {
  Texts texts;
  if (!benchmark.empty()) texts.emplace_back("b/new/benchmark.json", benchmark);
  if (!estimates.empty()) texts.emplace_back("b/new/estimates.json", estimates);
  if (!sample.empty()) texts.emplace_back("b/new/sample.json", sample);
  return texts;
}
constexpr std::string_view identity = R"({"full_id": "b", "throughput": null})";
constexpr std::string_view sample = R"({"sampling_mode": "Flat", "iters": [2], "times": [6]})";

// AC:criterion-tree
TEST_CASE("a tree is read from new and else from base and its samples are times over iterations") {
  const Gathered gathered = gather_tree(data / "tree");
  CHECK_FALSE(gathered.error);
  CHECK(gathered.run.benchmarks.size() == 3);
  CHECK(gathered.values("Group/fast/a b", "time") == std::vector{512e-9, 512e-9, 256e-9});
  CHECK(gathered.values("group/slow", "time") == std::vector{2.0, 3.0});
  CHECK(gathered.at("Group/fast/a b").samples[0].values.launches().size() == 1);
}

TEST_CASE("the estimates are statistics with their intervals") {
  const Gathered gathered = gather_tree(data / "tree");
  const Statistic* const mean = gathered.statistic("Group/fast/a b", "time", "mean");
  REQUIRE(mean != nullptr);
  CHECK(mean->value == 450e-9);
  CHECK(mean->low == 400e-9);
  CHECK(mean->high == 500e-9);
  CHECK(gathered.statistic("Group/fast/a b", "time", "std_dev") != nullptr);
  CHECK(gathered.statistic("Group/fast/a b", "time", "slope") == nullptr);
  CHECK(gathered.statistic("plain", "time", "median")->value == 2.5e-9);
}

// AC:criterion-throughput
TEST_CASE("throughput is the amount of an iteration over each sample") {
  const Gathered gathered = gather_tree(data / "tree");
  const auto rates = gathered.values("Group/fast/a b", "throughput");
  REQUIRE(rates.size() == 3);
  CHECK(rates[0] == doctest::Approx(2e9));
  CHECK(rates[2] == doctest::Approx(4e9));
  CHECK(gathered.values("plain", "items")[0] == doctest::Approx(4e9));
  const auto rate = [](std::string_view throughput, Symbol metric) {
    const Gathered one = gather_texts(
        tree(fmt::format(R"({{"full_id": "b", "throughput": {}}})", throughput), "", sample));
    const auto values = one.values("b", metric);
    return values.empty() ? 0.0 : values[0];
  };
  CHECK(rate(R"({"BytesDecimal": 3})", "throughput") == doctest::Approx(1e9));
  CHECK(rate(R"({"Bits": 24})", "throughput") == doctest::Approx(1e9));
  CHECK(rate(R"({"ElementsAndBytes": {"elements": 6, "bytes": 3}})", "items") ==
        doctest::Approx(2e9));
  const Gathered strange =
      gather_texts(tree(R"({"full_id": "b", "throughput": {"Joules": 3}})", "", sample));
  CHECK(strange.notes_contain("warning b: throughput in `Joules` is not known"));
  CHECK(strange.run.metrics.size() == 1);
}

// AC:criterion-no-samples
TEST_CASE("without samples the median stands in with a warning") {
  const Gathered gathered = gather_tree(data / "tree");
  CHECK(gathered.values("plain", "time") == std::vector{2.5e-9});
  CHECK(gathered.notes() == std::vector<std::string>{
                                "warning plain: no sample.json: the median stands for the samples, "
                                "whose spread is unknown"});
  CHECK(
      gather_texts(tree(identity, R"({"mean": {"point_estimate": 4}})", "")).values("b", "time") ==
      std::vector{4e-9});
  CHECK(gather_texts(tree(identity, "", ""))
            .notes_contain("error CBKB002 b: neither sample.json nor an estimate"));
}

// AC:criterion-broken-benchmark
TEST_CASE("what is wrong with one benchmark is a note and the others are read") {
  for (const auto& [texts, note] : std::vector<std::pair<Texts, std::string>>{
           {tree("{", "", sample), "error CBKB002 : b/new/benchmark.json: it is not JSON"},
           {tree("[]", "", sample), "b/new/benchmark.json: benchmark.json is no object"},
           {tree("{}", "", sample), "b/new/benchmark.json: no `full_id`"},
           {tree("", "", sample),
            "b/new/benchmark.json: missing, so that the benchmark has no name"},
           {tree(R"({"full_id": "b", "full_id": "c"})", "", sample), "the key `full_id` stands in"},
           {tree(identity, "", "{"), "error CBKB002 b: b/new/sample.json: it is not JSON"},
           {tree(identity, "", "{}"), "b/new/sample.json: no `iters`"},
           {tree(identity, "", "[[1]]"), "b/new/sample.json: it holds no pair of lists"},
           {tree(identity, "", R"({"iters": 1})"), "b/new/sample.json: `iters` is no list"},
           {tree(identity, "", R"({"iters": [1, "2"]})"), "`iters`[1] is no number"},
           {tree(identity, "", "[[1, 2], [3]]"), "error CBKB002 b: 1 times for 2 iteration counts"},
           {tree(identity, "", "[[], []]"), "error CBKB002 b: no samples"},
           {tree(identity, "", "[[0], [3]]"), "error CBKB002 b: a sample of 0 iterations"},
           {tree(identity, "", "[[1], [1e999]]"), "b/new/sample.json: it is not JSON"},
           {tree(identity, "x", sample), "error CBKB002 b: b/new/estimates.json: it is not JSON"},
           {tree(identity, R"({"mean": {}})", sample), "no `point_estimate` in `mean`"},
           {tree(identity, "", std::string(100'000, '[')), "b/new/sample.json: it is not JSON"}}) {
    CAPTURE(note);
    Texts all = texts;
    all.emplace_back("other/new/benchmark.json", R"({"full_id": "other"})");
    all.emplace_back("other/new/sample.json", "[[1], [1]]");
    std::ranges::reverse(all);
    const Gathered gathered = gather_texts(all);
    CHECK_FALSE(gathered.error);
    CHECK(gathered.values("other", "time") == std::vector{1e-9});
    CHECK(gathered.notes_contain(note));
    CHECK(gathered.run.notes.size() == 1);
    CHECK(gathered.at("b").samples.empty());
  }
}

TEST_CASE("a benchmark id that is met twice is an error note") {
  Texts texts = tree(identity, "", sample);
  texts.emplace_back("c/new/benchmark.json", identity);
  texts.emplace_back("c/new/sample.json", sample);
  const Gathered gathered = gather_texts(texts);
  CHECK(gathered.values("b", "time").size() == 1);
  CHECK(gathered.notes_contain("error CBKB002 b: duplicate: another benchmark of this id"));
}

TEST_CASE("files that are larger than they can be are refused") {
  const std::string large(2'000'000, ' ');
  CHECK(gather_texts(tree(large, "", sample)).notes_contain("larger than 1048576 bytes"));
  CHECK(gather_texts(tree(identity, large, sample)).notes_contain("larger than 1048576 bytes"));
  CHECK(gather_texts(tree(identity, "", std::string(40'000'000, ' ')))
            .notes_contain("larger than 33554432 bytes"));
  std::string keys = R"({"full_id": "b")";
  for (int i = 0; i < 100; ++i) keys += fmt::format(", \"k{}\": 1", i);
  CHECK(gather_texts(tree(keys + "}", "", sample)).notes_contain("has more than 64 keys"));
}

TEST_CASE("files that are given without their directories belong together") {
  const Gathered gathered = gather_texts(
      {{"sample.json", std::string(sample)}, {"benchmark.json", std::string(identity)}});
  CHECK(gathered.values("b", "time") == std::vector{3e-9});
}

// AC:criterion-no-benchmark
TEST_CASE("a tree without a benchmark is an error") {
  const Gathered gathered = gather_texts({{"b/change/estimates.json", "{}"}});
  REQUIRE(gathered.error);
  CHECK(gathered.error->code == Code::parse);
  CHECK(gathered.error->message == "there is no benchmark in this target/criterion tree");
  CHECK(gathered.error->hint.contains("new/benchmark.json"));
  CHECK(gather_texts({}).error.has_value());
}

TEST_CASE("the harness says which files of a tree it reads") {
  const auto reads = find("criterion")->reads;
  for (const char* path :
       {"a/new/sample.json", "a/b/base/benchmark.json", "a/new/estimates.json", "new/raw.csv"})
    CHECK(reads(path));
  for (const char* path : {"a/change/estimates.json", "a/report/index.html", "a/new/tukey.json",
                           "a/mine/sample.json", "other.json"})
    CHECK_FALSE(reads(path));
}

// AC:cargo-criterion-messages
TEST_CASE("messages of cargo-criterion are read among other output") {
  const Gathered gathered = gather_file(data / "messages.ndjson");
  CHECK_FALSE(gathered.error);
  CHECK(gathered.notes().empty());
  CHECK(gathered.values("copy", "time") == std::vector{10e-6, 15e-6});
  CHECK(gathered.values("copy", "throughput")[0] == doctest::Approx(1e7));
  CHECK(gathered.statistic("copy", "time", "typical")->low == 10e-6);
  CHECK(gathered.values("work", "cycles") == std::vector{4500.0});
  CHECK(gathered.run.find_metric("cycles")->better == Better::lower);
  CHECK(gathered.run.find_metric("cycles")->unit == BaseUnit::one);
}

TEST_CASE("a message that was torn is an error and the next one is read") {
  const std::string good =
      R"({"reason":"benchmark-complete","id":"b","iteration_count":[1],"measured_values":[5],"unit":"ns"})";
  const Gathered torn = gather_texts({{"out.txt", R"({"reason":"benchmark-complete","id":"a","ite)"
                                                  "\n" +
                                                      good}});
  CHECK(torn.values("b", "time") == std::vector{5e-9});
  CHECK(torn.notes_contain("error CBKB002 : out.txt: byte 0: it is not JSON"));
  const Gathered cut = gather_texts({{"out.txt", good + "\n" + good.substr(0, 30)}});
  REQUIRE(cut.error);
  CHECK(cut.error->code == Code::parse);
  CHECK(cut.error->message.contains("truncated: the text ends inside a message"));
  CHECK(cut.values("b", "time").size() == 1);
}

TEST_CASE("messages without what they need are error notes") {
  const auto message = [](std::string_view rest) {
    return gather_texts(
        {{"out.txt", fmt::format("{{\n{{ }}\n{{\"reason\":\"benchmark-complete\"{}}}", rest)}});
  };
  CHECK(message("").notes_contain("no `id`"));
  CHECK(message(R"(,"id":"b")").notes_contain("no `iteration_count`"));
  CHECK(message(R"(,"id":"b","iteration_count":[1])").notes_contain("no `measured_values`"));
  CHECK(message(R"(,"id":"b","iteration_count":[1],"measured_values":[1],"throughput":[3, {}]})")
            .values("b", "time") == std::vector{1e-9});
}

// AC:criterion-raw-csv
TEST_CASE("raw.csv holds totals of its iterations and quoted names") {
  const Gathered gathered = gather_file(data / "raw.csv");
  CHECK_FALSE(gathered.error);
  CHECK(gathered.values("Say \"hi\", twice/f", "time") == std::vector{1e-6, 2e-6});
  CHECK(gathered.values("Say \"hi\", twice/f", "throughput")[0] == doctest::Approx(2.048e9));
  CHECK(gathered.values("plain", "time") == std::vector{5e-3});
}

TEST_CASE("a raw.csv that is not complete is said to be so") {
  const std::string header =
      "group,function,value,throughput_num,throughput_type,sample_measured_value,unit,iteration_"
      "count\n";
  const auto gather_csv = [](std::string text) {
    return gather_texts({{"a.csv", std::move(text)}});
  };
  CHECK(gather_csv("group,function,value,unit\n").error->message ==
        "a.csv: line 1: no column `throughput_num`");
  CHECK(gather_csv("\xef\xbb\xbf" + header + "g,f,,,,10,ns,2\r\n\r\n").values("g/f", "time") ==
        std::vector{5e-9});
  const Gathered torn = gather_csv(header + "g,f,,,,10,ns,2\ng,f,,,,10,n");
  CHECK(torn.values("g/f", "time") == std::vector{5e-9});
  CHECK(torn.notes_contain("error CBKB002 g/f: a.csv: record 3 is not complete"));
  CHECK(gather_csv(header + ",,,,,x,ns,1\n").notes_contain("error CBKB002 ?: a.csv: record 2"));
  const Gathered open = gather_csv(header + "g,f,,,,10,ns,2\n\"g,f,,,,10,ns,2\ng,f,,,,10,ns,2\n");
  CHECK(open.values("g/f", "time") == std::vector{5e-9});
  CHECK(open.notes_contain("a.csv: record 3 and what follows: a quote is not closed"));
  CHECK(gather_csv("group,function,value,\"\n").error->message ==
        "a.csv: line 1: a quote is not closed");
}

TEST_CASE("raw.csv is read only where nothing better is there") {
  const std::string csv = file_text(data / "raw.csv");
  Texts texts = tree(identity, "", sample);
  texts.emplace_back("b/new/raw.csv", csv);
  CHECK(gather_texts(texts).run.benchmarks.size() == 1);
  const Gathered only = gather_texts({{"b/base/raw.csv", csv}, {"b/new/raw.csv", csv}});
  CHECK(only.values("plain", "time").size() == 1);
  CHECK(only.notes().empty());
}

// AC:wrong-format-is-named
TEST_CASE("console output is refused and the way out is named") {
  const Gathered gathered = gather_texts({{"out.txt", "sum   time:   [1 ns 2 ns 3 ns]\n"}});
  REQUIRE(gathered.error);
  CHECK(gathered.error->message ==
        "out.txt: this is not output of Criterion's that can be read: it looks like Criterion's "
        "console output");
  CHECK(gathered.error->hint.contains("target/criterion"));
  CHECK(gathered.error->hint.contains("--message-format=json"));
  CHECK(gather_texts({{"out.txt", ""}}).error->message.contains("the program printed nothing"));
}

// AC:criterion-corpus
TEST_CASE("the corpus of Criterion is read as its index says") {
  if (!std::filesystem::exists(corpus)) {
    MESSAGE("skipped: ../shared/corpus is not here");
    return;
  }
  struct Expected {
    const char *entry, *id;
    std::size_t samples;
    const char* statistic;
    double nanoseconds;
  };
  for (const Expected& expected : std::initializer_list<Expected>{
           {"tree-aes-128-gcm", "aes_128_gcm-1KB", 100, "slope", 770.687},
           {"tree-aes-128-gcm", "aes_128_gcm-1KB", 100, "mean", 773.368},
           {"tree-anvil-seconds-change", "AnvilShutdown/Shutdown/HTTP Local", 100, "mean",
            756166269.53},
           {"tree-bevy-elements-flat", "add_remove/bevy_ecs/1000", 100, "mean", 787048.33},
           {"tree-bevy-elements-flat", "add_remove/bevy_ecs/1000", 100, "median", 728433.33},
           {"tree-big-bits-linear", "ubis_add/16", 100, "slope", 16.315695},
           {"tree-book-fibonacci-2018-Mean-keys", "Fibonacci/Iterative", 100, "slope", 4.708419},
           {"tree-book-fibonacci-2018-Mean-keys", "Fibonacci/Iterative", 100, "mean", 4.723173},
           {"tree-drift-elements-1e6-flat", "aligner/run_scenario", 100, "mean", 367349942.48},
           {"tree-ecs-hecs-flat-base-new", "add_remove_component/hecs", 100, "mean", 18195328.0},
           {"tree-ecs-hecs-flat-base-new", "add_remove_component/hecs", 100, "median", 18145000.0},
           {"tree-edict-elements-throughput", "add_remove/edict/1000", 100, "slope", 261618.584},
           {"tree-edict-elements-throughput", "add_remove/edict/1000", 100, "mean", 263097.782},
           {"tree-hash-funsies-300-samples", "Hashes/AHash", 300, "mean", 748680.67},
           {"tree-hash-funsies-300-samples", "Hashes/AHash", 300, "median", 718443.75},
           {"tree-stack-queue-10-samples", "Batching/crossbeam/1", 10, "slope", 433.9907}}) {
    CAPTURE(expected.entry);
    const Gathered gathered = gather_tree(corpus / expected.entry);
    CHECK_FALSE(gathered.error);
    CHECK(gathered.notes().empty());
    CHECK(gathered.run.benchmarks.size() == 1);
    CHECK(gathered.values(expected.id, "time").size() == expected.samples);
    const Statistic* const found = gathered.statistic(expected.id, "time", expected.statistic);
    REQUIRE(found != nullptr);
    CHECK(std::abs(found->value * 1e9 / expected.nanoseconds - 1) < 1e-6);
  }
  const Gathered flat = gather_tree(corpus / "tree-ecs-hecs-flat-base-new");
  CHECK(flat.statistic("add_remove_component/hecs", "time", "slope") == nullptr);
  CHECK(flat.values("add_remove_component/hecs", "time")[0] == 54893700.0 / 3 / 1e9);
  const Gathered elements = gather_tree(corpus / "tree-drift-elements-1e6-flat");
  CHECK(elements.values("aligner/run_scenario", "items").size() == 100);

  const Gathered book = gather_file(corpus / "cargo-criterion-doc-external-tools.md");
  CHECK(book.run.benchmarks.size() == 1);
  CHECK(book.values("norm", "time") == std::vector{124200.0 / 30 / 1e9, 9937100.0 / 3000 / 1e9});
  CHECK(book.statistic("norm", "time", "typical")->value ==
        doctest::Approx(3419.4923993891925e-9).epsilon(1e-12));
  const Gathered htsget = gather_file(corpus / "cargo-criterion-msg-htsget-two-shortened.json");
  CHECK(htsget.run.benchmarks.size() == 2);
  CHECK(htsget.values("Queries/[LIGHT] Bam query all", "time").size() == 3);
  CHECK(htsget.statistic("Queries/[LIGHT] Bam query all", "time", "typical")->value ==
        doctest::Approx(55911.196150782096e-9).epsilon(1e-12));
  const Gathered queue = gather_file(corpus / "raw-csv-swap-queue.csv");
  CHECK(queue.values("Batching/crossbeam/1024", "time").size() == 50);
  CHECK(queue.values("Batching/crossbeam/1024", "time")[0] == 722883.5 / 1e9);
  CHECK(queue.values("Batching/crossbeam/1024", "time")[1] == 712895.75 / 1e9);
  const Gathered voronoi = gather_file(corpus / "raw-csv-voronoi.csv");
  CHECK(voronoi.values("Build Voronoi Cells/delauney2d/1000", "time").size() == 100);
  CHECK(voronoi.values("Build Voronoi Cells/delauney2d/1000", "time")[0] == 37079179.5 / 1e9);
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    if (!entry.path().filename().string().starts_with("console-")) continue;
    const Gathered console = gather_file(entry.path());
    REQUIRE(console.error);
    CHECK(console.error->hint.contains("--message-format=json"));
  }
}

}  // namespace
}  // namespace perfgate::harness

#include "model/run_json.hpp"

#include <set>

#include "base/codec.hpp"
#include "base/json.hpp"
#include "model/dimensions_json.hpp"
#include "model/run_fields.hpp"

namespace perfgate {

namespace codec {

template <>
struct Leaf<Dimensions> {
  static void write(JsonWriter& out, const Dimensions& dimensions) {
    out.begin_object();
    for (const Dimension& dimension : dimensions.all()) {
      out.key(dimension.name.text());
      std::visit(
          [&]<class T>(const T& value) {
            if constexpr (std::is_same_v<T, std::monostate>)
              out.null();
            else if constexpr (std::is_same_v<T, std::string>)
              out.value(std::string_view(value));
            else
              out.value(value);
          },
          dimension.value);
    }
    out.end_object();
  }

  static Result<Dimensions> read(const nlohmann::json& in, const Place& place) {
    if (!in.is_object()) return misfit(place, "an object", in);
    Dimensions dimensions;
    for (const auto& [name, content] : in.items()) {
      const std::string shown = safe_text(name, 60);
      const Place below{.parent = &place, .key = shown};
      if (!is_dimension_name(name))
        return fail(
            Code::schema,
            below.pointer() + ": a dimension's name is of letters, digits and _, at most 100",
            "is the file whole, and written by perfgate?");
      std::optional<Scalar> value = scalar_from_json(content);
      if (!value) return misfit(below, "null, true, false, a number or a text", content);
      if (const auto expected = expected_instead(name, *value))
        return misfit(below, *expected, content);
      dimensions.set(name, *std::move(value));
    }
    return dimensions;
  }

  static nlohmann::json schema() { return dimensions_schema(); }
};

}  // namespace codec

static_assert(arity<Summary> == described_members<Summary>);
static_assert(arity<Metric> == described_members<Metric>);
static_assert(arity<Benchmark> == described_members<Benchmark>);
static_assert(arity<Statistic> == described_members<Statistic>);
static_assert(arity<Note> == described_members<Note>);
static_assert(arity<Headline> == described_members<Headline>);
static_assert(arity<Commit> == described_members<Commit>);
static_assert(arity<Fingerprint> == described_members<Fingerprint>);
static_assert(arity<Launch> == described_members<Launch>);
static_assert(arity<Run> == described_members<Run>);

void write_run(const Run& run, JsonWriter::Sink sink, int pretty_levels) {
  JsonWriter out(std::move(sink), pretty_levels);
  codec::write(out, run);
}

Result<void> check_schema_name(const nlohmann::json& document, std::string_view kind, int newest,
                               std::string_view name) {
  const std::string prefix = fmt::format("perfgate.{}/", kind);
  const auto wrong = [&](std::string_view found) {
    return fail(Code::schema,
                fmt::format("{}: this is no {}.json: `schema` should be \"{}{}\" and is {}", name,
                            kind, prefix, newest, found),
                fmt::format("give a file that `perfgate` wrote as {}.json", kind));
  };
  if (!document.is_object()) return wrong("absent, as the document is no object");
  const auto found = document.find("schema");
  if (found == document.end()) return wrong("absent");
  if (!found->is_string()) return wrong("no text");
  const auto& text = found->get_ref<const std::string&>();
  const std::string version = text.starts_with(prefix) ? text.substr(prefix.size()) : "";
  if (version.empty() || version.size() > 6 ||
      version.find_first_not_of("0123456789") != version.npos || version.front() == '0')
    return wrong("\"" + safe_text(text, 60) + "\"");
  if (std::stoi(version) > newest)
    return fail(Code::schema,
                fmt::format("{}: it was written by a newer perfgate: schema {}{}, and this version "
                            "reads up to {}",
                            name, prefix, version, newest),
                fmt::format("use a perfgate that reads {}{}", prefix, version));
  return {};
}

namespace {

/// What the types alone cannot say.
Result<void> check_run(const Run& run, const nlohmann::json& document, std::string_view name) {
  const auto wrong = [&](std::string text, std::string hint = "is the file whole?") {
    return fail(Code::schema, fmt::format("{}: {}", name, text), std::move(hint));
  };
  if (run.suites.size() != run.harnesses.size())
    return wrong("/harnesses: there should be one per suite");
  std::set<Symbol> metrics;
  for (std::size_t m = 0; m < run.metrics.size(); ++m)
    if (!metrics.insert(run.metrics[m].name).second)
      return wrong(fmt::format("/metrics/{}: `{}` is described twice", m,
                               safe_text(run.metrics[m].name.text(), 60)));
  std::set<std::string_view> headlines;
  for (std::size_t h = 0; h < run.headlines.size(); ++h) {
    const Headline& headline = run.headlines[h];
    if (!headlines.insert(headline.name).second)
      return wrong(
          fmt::format("/headlines/{}: `{}` stands twice", h, safe_text(headline.name, 60)));
    if (!find_unit(headline.unit))
      return wrong(
          fmt::format("/headlines/{}/unit: `{}` is not a unit", h, safe_text(headline.unit, 60)),
          "known units: " + known_units());
    for (const int decimals : {headline.decimals_written, headline.decimals_shown})
      if (decimals < 0 || decimals > 15)
        return wrong(fmt::format("/headlines/{}: {} decimals, and 0 to 15 can be", h, decimals));
  }
  std::set<std::pair<Symbol, std::string_view>> named;
  for (std::size_t b = 0; b < run.benchmarks.size(); ++b) {
    const Benchmark& benchmark = run.benchmarks[b];
    if (!named.emplace(benchmark.suite, benchmark.name).second)
      return wrong(fmt::format("/benchmarks/{}: `{}` stands twice in its suite", b,
                               safe_text(benchmark.name, 60)));
    for (std::size_t s = 0; s < benchmark.samples.size(); ++s) {
      const Sample& sample = benchmark.samples[s];
      const auto place = [&] { return fmt::format("/benchmarks/{}/samples/{}", b, s); };
      if (sample.values.empty())
        return wrong(place() + "/values: a sample holds at least one value");
      if (benchmark.find(sample.metric) != &sample)
        return wrong(fmt::format("{}/metric: `{}` stands twice in its benchmark", place(),
                                 safe_text(sample.metric.text(), 60)));
      if (!run.find_metric(sample.metric))
        return wrong(fmt::format("{}/metric: `{}` is not described in /metrics", place(),
                                 safe_text(sample.metric.text(), 60)));
      const auto& json = document["benchmarks"][b]["samples"][s];
      if (const auto counts = json.find("launches"); counts != json.end()) {
        std::size_t total = 0;
        for (const auto& count : *counts) {
          if (count == 0) return wrong(place() + "/launches: a launch gives at least one value");
          total += count.get<std::size_t>();
        }
        if (total != sample.values.size())
          return wrong(fmt::format("{}/launches: they add up to {}, but there are {} values",
                                   place(), total, sample.values.size()));
      }
    }
  }
  return {};
}

}  // namespace

Result<Run> read_run(const nlohmann::json& document, std::string_view name) {
  CHECKED(check_schema_name(document, "run", 1, name));
  const codec::Place root{.key = name};
  TRY(Run run, codec::read<Run>(document, root));
  CHECKED(check_run(run, document, name));
  return run;
}

Result<Run> read_run(std::string_view text, std::string_view name) {
  TRY(const nlohmann::json document, parse_json(text, name, Code::schema));
  return read_run(document, name);
}

std::string run_json_schema() {
  nlohmann::json schema = codec::schema<Run>();
  schema["$schema"] = "http://json-schema.org/draft-07/schema#";
  schema["properties"]["schema"] = {{"const", run_schema_name}};
  return schema.dump(2) + "\n";
}

}  // namespace perfgate

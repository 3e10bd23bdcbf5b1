#include "harness/criterion_json.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <utility>

#include "base/text.hpp"

namespace perfgate::harness {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t max_keys = 64;  // Criterion's objects have at most a dozen

std::unexpected<Error> wrong(std::string message) {
  return fail(Code::parse, std::move(message), "run the benchmark again");
}

/// The parser owns what it parsed.
struct Parsed {
  dom::parser parser;
  dom::element root;
};

Result<void> parse(std::string_view json, Parsed& parsed) {
  const simdjson::padded_string padded(json);
  if (const auto error = parsed.parser.parse(padded).get(parsed.root))
    return wrong(fmt::format("it is not JSON: {}", simdjson::error_message(error)));
  return {};
}

Result<dom::object> object(dom::element element, std::string_view what) {
  dom::object result;
  if (element.get_object().get(result) != simdjson::SUCCESS)
    return wrong(fmt::format("{} is no object", what));
  std::size_t count = 0;
  for (const auto field : result) {
    if (++count > max_keys) return wrong(fmt::format("{} has more than {} keys", what, max_keys));
    std::size_t same = 0;
    for (const auto other : result) same += other.key == field.key ? 1 : 0;
    if (same > 1)
      return wrong(fmt::format("the key `{}` stands in {} twice", safe_text(field.key, 100), what));
  }
  return result;
}

std::string text(dom::object object, std::string_view key) {
  std::string_view result;
  if (object.at_key(key).get_string().get(result) != simdjson::SUCCESS) return {};
  return std::string(result);
}

std::optional<double> number(dom::object object, std::string_view key) {
  double result = 0;
  if (object.at_key(key).get_double().get(result) != simdjson::SUCCESS) return std::nullopt;
  return result;
}

Result<std::vector<double>> numbers(dom::element element, std::string_view what) {
  dom::array array;
  if (element.get_array().get(array) != simdjson::SUCCESS)
    return wrong(fmt::format("`{}` is no list", what));
  std::vector<double> result;
  for (const dom::element item : array) {
    double value = 0;
    if (item.get_double().get(value) != simdjson::SUCCESS)
      return wrong(fmt::format("`{}`[{}] is no number", what, result.size()));
    result.push_back(value);
  }
  return result;
}

Result<std::vector<double>> numbers(dom::object object, std::string_view key) {
  dom::element element;
  if (object.at_key(key).get(element) != simdjson::SUCCESS)
    return wrong(fmt::format("no `{}`", key));
  return numbers(element, key);
}

}  // namespace

Result<CriterionIdentity> criterion_identity(std::string_view json) {
  Parsed parsed;
  CHECKED(parse(json, parsed));
  TRY(const dom::object root, object(parsed.root, "benchmark.json"));

  CriterionIdentity identity{.full_id = text(root, "full_id"), .throughput = {}};
  if (identity.full_id.empty()) return wrong("no `full_id`");
  dom::element throughput;
  if (root.at_key("throughput").get(throughput) != simdjson::SUCCESS || throughput.is_null())
    return identity;
  TRY(const dom::object kinds, object(throughput, "`throughput`"));
  for (const auto kind : kinds) {
    double amount = 0;
    dom::object both;
    if (kind.value.get_double().get(amount) == simdjson::SUCCESS) {
      identity.throughput.push_back({.unit = std::string(kind.key), .per_iteration = amount});
    } else if (kind.value.get_object().get(both) == simdjson::SUCCESS) {
      // {"ElementsAndBytes": {"elements": 1, "bytes": 8}}
      for (const auto part : both)
        if (part.value.get_double().get(amount) == simdjson::SUCCESS)
          identity.throughput.push_back({.unit = std::string(part.key), .per_iteration = amount});
    }
  }
  return identity;
}

Result<std::vector<CriterionEstimate>> criterion_estimates(std::string_view json) {
  constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"mean", "Mean"},
      {"median", "Median"},
      {"median_abs_dev", "MedianAbsDev"},
      {"slope", "Slope"},
      {"std_dev", "StdDev"}};
  Parsed parsed;
  CHECKED(parse(json, parsed));
  TRY(const dom::object root, object(parsed.root, "estimates.json"));

  std::vector<CriterionEstimate> estimates;
  for (const auto& [name, name_of_2018] : names) {
    dom::object estimate;
    if (root.at_key(name).get_object().get(estimate) != simdjson::SUCCESS &&
        root.at_key(name_of_2018).get_object().get(estimate) != simdjson::SUCCESS)
      continue;
    const std::optional<double> value = number(estimate, "point_estimate");
    if (!value) return wrong(fmt::format("no `point_estimate` in `{}`", name));
    CriterionEstimate made{
        .name = std::string(name), .value = *value, .low = {}, .high = {}, .unit = {}};
    dom::object interval;
    if (estimate.at_key("confidence_interval").get_object().get(interval) == simdjson::SUCCESS) {
      made.low = number(interval, "lower_bound");
      made.high = number(interval, "upper_bound");
    }
    estimates.push_back(std::move(made));
  }
  return estimates;
}

Result<CriterionSamples> criterion_samples(std::string_view json) {
  Parsed parsed;
  CHECKED(parse(json, parsed));
  CriterionSamples samples;
  dom::array pair;
  if (parsed.root.get_array().get(pair) == simdjson::SUCCESS) {
    dom::element iterations, times;
    if (pair.size() != 2 || pair.at(0).get(iterations) != simdjson::SUCCESS ||
        pair.at(1).get(times) != simdjson::SUCCESS)
      return wrong("it holds no pair of lists");
    TRY(samples.iterations, numbers(iterations, "iters"));
    TRY(samples.times, numbers(times, "times"));
    return samples;
  }
  TRY(const dom::object root, object(parsed.root, "sample.json"));
  TRY(samples.iterations, numbers(root, "iters"));
  TRY(samples.times, numbers(root, "times"));
  return samples;
}

Result<std::optional<CriterionMessage>> criterion_message(std::string_view json) {
  Parsed parsed;
  CHECKED(parse(json, parsed));
  dom::object any;
  if (parsed.root.get_object().get(any) != simdjson::SUCCESS ||
      text(any, "reason") != "benchmark-complete")
    return std::nullopt;
  TRY(const dom::object root, object(parsed.root, "the message"));

  CriterionMessage message;
  message.identity.full_id = text(root, "id");
  if (message.identity.full_id.empty()) return wrong("no `id`");
  message.unit = text(root, "unit");
  TRY(message.samples.iterations, numbers(root, "iteration_count"));
  TRY(message.samples.times, numbers(root, "measured_values"));

  dom::array throughput;
  if (root.at_key("throughput").get_array().get(throughput) == simdjson::SUCCESS) {
    for (const dom::element item : throughput) {
      dom::object one;
      if (item.get_object().get(one) != simdjson::SUCCESS) continue;
      if (const auto amount = number(one, "per_iteration"))
        message.identity.throughput.push_back(
            {.unit = text(one, "unit"), .per_iteration = *amount});
    }
  }
  for (const std::string_view name : {"typical", "mean", "median", "median_abs_dev", "slope"}) {
    dom::object estimate;
    if (root.at_key(name).get_object().get(estimate) != simdjson::SUCCESS) continue;
    if (const auto value = number(estimate, "estimate"))
      message.estimates.push_back({.name = std::string(name),
                                   .value = *value,
                                   .low = number(estimate, "lower_bound"),
                                   .high = number(estimate, "upper_bound"),
                                   .unit = text(estimate, "unit")});
  }
  return message;
}

}  // namespace perfgate::harness

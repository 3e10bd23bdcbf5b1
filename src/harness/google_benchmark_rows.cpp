#include "harness/google_benchmark_rows.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

#include "base/text.hpp"
#include "harness/json_text.hpp"

namespace perfgate::harness {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t max_counters = 256;

enum class Key : unsigned {
  counter,
  structural,  // known, and of no interest
  name,
  run_name,
  run_type,
  aggregate_name,
  aggregate_unit,
  time_unit,
  error_message,
  skip_message,
  error_occurred,
  skipped,
  repetitions,
  repetition_index,
  real_time,
  cpu_time,
  bytes_per_second,
  items_per_second,
  real_coefficient,
  cpu_coefficient,
  rms,
};

// The keys that json_reporter.cc of the library's releases 1.0 to 1.9 writes itself.
// NOLINTNEXTLINE(readability-function-cognitive-complexity): a table, written for speed
Key key_of(std::string_view key) {
  switch (key.size()) {
    case 3:
      return key == "rms" ? Key::rms : Key::counter;
    case 4:
      return key == "name" ? Key::name : Key::counter;
    case 5:
      return key == "label" || key == "big_o" ? Key::structural : Key::counter;
    case 7:
      return key == "threads" ? Key::structural : key == "skipped" ? Key::skipped : Key::counter;
    case 8:
      return key == "cpu_time"   ? Key::cpu_time
             : key == "run_name" ? Key::run_name
             : key == "run_type" ? Key::run_type
                                 : Key::counter;
    case 9:
      return key == "real_time"   ? Key::real_time
             : key == "time_unit" ? Key::time_unit
                                  : Key::counter;
    case 10:
      return key == "iterations" ? Key::structural : Key::counter;
    case 11:
      return key == "repetitions" ? Key::repetitions : Key::counter;
    case 12:
      return key == "family_index"   ? Key::structural
             : key == "skip_message" ? Key::skip_message
                                     : Key::counter;
    case 13:
      return key == "error_message" ? Key::error_message : Key::counter;
    case 14:
      return key == "aggregate_name"   ? Key::aggregate_name
             : key == "aggregate_unit" ? Key::aggregate_unit
             : key == "error_occurred" ? Key::error_occurred
                                       : Key::counter;
    case 15:
      return key == "cpu_coefficient" ? Key::cpu_coefficient : Key::counter;
    case 16:
      return key == "repetition_index"   ? Key::repetition_index
             : key == "bytes_per_second" ? Key::bytes_per_second
             : key == "items_per_second" ? Key::items_per_second
             : key == "real_coefficient" ? Key::real_coefficient
                                         : Key::counter;
    case 25:
      return key == "per_family_instance_index" ? Key::structural : Key::counter;
    default:
      return Key::counter;
  }
}

/// Only those who ask get a text: rows of a batch are read again alone when one is refused.
using Problem = std::string*;

bool refuse(Problem problem, std::string_view text) {
  if (problem != nullptr && problem->empty()) *problem = text;
  return false;
}

bool is_number_start(char c) { return c == '-' || (c >= '0' && c <= '9'); }

/// Whether the token stands for a number, and then which: NaN and infinities as the library and C
/// print them, and null, which is what other writers make of them.
bool read_number(ondemand::value& value, std::string_view token, double& number) {
  if (is_number_start(token.front()) && value.get_double().get(number) == simdjson::SUCCESS)
    return true;
  token = trim(token);
  const bool negative = token.starts_with('-');
  const std::string_view word = token.substr(negative ? 1 : 0);
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (word == "NaN" || word == "nan" || token == "null" || word.starts_with("nan(")) {
    number = nan;
    return true;
  }
  // A number too large for a double is refused as a number, and has a digit at its end.
  const bool overflow = !word.empty() && word.size() <= 400 &&
                        word.find_first_not_of("0123456789.eE+-") == std::string_view::npos &&
                        word.front() >= '0' && word.front() <= '9' && word.back() >= '0' &&
                        word.back() <= '9' && word.find_first_of("eE") != std::string_view::npos;
  if (word == "Infinity" || word == "inf" || word == "infinity" || overflow) {
    number = negative ? -infinity : infinity;
    return true;
  }
  return false;
}

/// The text of a string token; in place where nothing in it is escaped.
bool read_text(ondemand::value& value, std::string_view token, std::string_view& text) {
  if (token.front() != '"') return false;
  const char* const begin = token.data() + 1;
  const auto* const quote = static_cast<const char*>(std::memchr(begin, '"', token.size() - 1));
  if (quote == nullptr) return false;
  const auto size = static_cast<std::size_t>(quote - begin);
  if (size == 0 || std::memchr(begin, '\\', size) == nullptr) {
    text = {begin, size};
    return true;
  }
  return value.get_string().get(text) == simdjson::SUCCESS;
}

bool read_key(ondemand::field& field, std::string_view& key) {
  const char* const begin = field.key().raw();
  const char* end = begin;
  while (*end != '"' && *end != '\\') ++end;  // the parser knows that a quote follows
  if (*end == '"') {
    key = {begin, static_cast<std::size_t>(end - begin)};
    return true;
  }
  return field.unescaped_key().get(key) == simdjson::SUCCESS;
}

void clear(GoogleBenchmarkRow& row) {
  std::vector<GoogleBenchmarkRow::Counter> counters = std::move(row.counters);
  counters.clear();
  row = {};
  row.counters = std::move(counters);
}

bool add_counter(std::string_view key, double number, GoogleBenchmarkRow& row, Problem problem) {
  for (const auto& counter : row.counters)
    if (counter.name == key)
      return refuse(problem, problem ? fmt::format("the key `{}` stands there twice", key) : "");
  if (row.counters.size() == max_counters)
    return refuse(problem, problem ? fmt::format("more than {} counters", max_counters) : "");
  row.counters.push_back({.name = key, .value = number});
  return true;
}

bool read_field(ondemand::field& field, std::uint32_t& seen, GoogleBenchmarkRow& row,
                Problem problem) {
  std::string_view name;
  if (!read_key(field, name)) return refuse(problem, "it is not JSON");
  const Key key = key_of(name);
  if (key == Key::structural) return true;
  ondemand::value& value = field.value();
  const std::string_view token = value.raw_json_token();
  if (token.empty()) return refuse(problem, "it is not JSON");

  if (key == Key::counter) {
    double number = 0;
    // Texts, lists and words are the program's own remarks.
    return token == "null" || !read_number(value, token, number) ||
           add_counter(name, number, row, problem);
  }
  const std::uint32_t bit = 1U << static_cast<unsigned>(key);
  if ((seen & bit) != 0)
    return refuse(problem, problem ? fmt::format("the key `{}` stands there twice", name) : "");
  seen |= bit;

  const auto text = [&](std::string_view& target) {
    return read_text(value, token, target) ||
           refuse(problem, problem ? fmt::format("`{}` is no text", name) : "");
  };
  const auto number = [&](std::optional<double>& target) {
    double result = 0;
    if (!read_number(value, token, result))
      return refuse(problem, problem ? fmt::format("`{}` is no number but `{}`", name,
                                                   safe_text(trim(token), 40))
                                     : "");
    target = result;
    return true;
  };
  switch (key) {
    case Key::name:
      return text(row.name);
    case Key::run_name:
      return text(row.run_name);
    case Key::run_type:
      return text(row.run_type);
    case Key::aggregate_name:
      return text(row.aggregate_name);
    case Key::aggregate_unit:
      return text(row.aggregate_unit);
    case Key::time_unit:
      return text(row.time_unit);
    case Key::error_message:
      return text(row.error_message);
    case Key::skip_message:
      return text(row.skip_message);
    case Key::error_occurred:
      row.error_occurred = token.front() != 'f';
      return true;
    case Key::skipped:
      row.skipped = token.front() != 'f';
      return true;
    case Key::repetitions:
      return number(row.repetitions);
    case Key::repetition_index:
      return number(row.repetition_index);
    case Key::real_time:
      return number(row.real_time);
    case Key::cpu_time:
      return number(row.cpu_time);
    case Key::bytes_per_second:
      return number(row.bytes_per_second);
    case Key::items_per_second:
      return number(row.items_per_second);
    case Key::real_coefficient:
      return number(row.real_coefficient);
    case Key::cpu_coefficient:
      return number(row.cpu_coefficient);
    case Key::rms:
      return number(row.rms);
    case Key::counter:
    case Key::structural:
      break;
  }
  return true;
}

/// Every error is looked at before the document is touched again: simdjson asks for that.
bool read_object(ondemand::object object, GoogleBenchmarkRow& row, Problem problem) {
  clear(row);
  std::uint32_t seen = 0;
  for (auto result : object) {
    ondemand::field field;
    if (std::move(result).get(field) != simdjson::SUCCESS) return refuse(problem, "it is not JSON");
    if (!read_field(field, seen, row, problem)) return false;
  }
  return true;
}

}  // namespace

struct GoogleBenchmarkRowParser::State {
  ondemand::parser parser;
  GoogleBenchmarkRow row;
};

GoogleBenchmarkRowParser::GoogleBenchmarkRowParser() : state_(std::make_unique<State>()) {}
GoogleBenchmarkRowParser::~GoogleBenchmarkRowParser() = default;

Result<RowsRead> GoogleBenchmarkRowParser::array(std::string_view text, const Callback& callback) {
  RowsRead read{.rows = 0, .size = 1, .end = RowsRead::End::refused};
  ondemand::document document;
  ondemand::array rows;
  if (state_->parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING)
              .get(document) != simdjson::SUCCESS ||
      document.get_array().get(rows) != simdjson::SUCCESS)
    return read;

  for (auto element : rows) {
    ondemand::value value;
    if (std::move(element).get(value) != simdjson::SUCCESS) {
      // It is not the row that is wrong, which has been handed on, but what follows it.
      if (read.rows > 0) read.size += json_value_size(text.substr(read.size, text.size() - 1));
      read.size = std::min(read.size, text.size() - 1);
      return read;
    }
    const std::string_view token = value.raw_json_token();
    read.size = static_cast<std::size_t>(token.data() - text.data());
    ondemand::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS ||
        !read_object(object, state_->row, nullptr))
      return read;
    CHECKED(callback(state_->row));
    ++read.rows;
  }
  const char* next = nullptr;
  if (document.current_location().get(next) == simdjson::SUCCESS) {
    read.size = static_cast<std::size_t>(next - text.data());
    read.end = RowsRead::End::array_closed;
  } else {
    read.end = RowsRead::End::all;
  }
  return read;
}

std::optional<std::string> GoogleBenchmarkRowParser::row(std::string_view text,
                                                         GoogleBenchmarkRow& row) {
  clear(row);
  std::string problem;
  ondemand::document document;
  ondemand::object object;
  if (state_->parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING)
          .get(document) != simdjson::SUCCESS)
    return "it is not JSON";
  if (document.get_object().get(object) != simdjson::SUCCESS) return "it is no object";
  if (!read_object(object, row, &problem)) return problem;
  return std::nullopt;
}

}  // namespace perfgate::harness

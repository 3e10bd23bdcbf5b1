// The bare simdjson on-demand traversal that perfgate's reading of Google Benchmark JSON is
// measured against: it loads the whole file, reads the same fields, and keeps nothing.
//
//   simdjson_peer FILE      prints rows, a sum over the fields, and the milliseconds it took

#include <fmt/format.h>
#include <simdjson.h>

#include <chrono>
#include <string_view>
#include <utility>

namespace {

using namespace simdjson;

/// Adds up what one row says.
error_code add_row(ondemand::object row, double& sum) {
  for (auto result : row) {
    ondemand::field field;
    if (const auto error = std::move(result).get(field)) return error;
    std::string_view key, text;
    if (const auto error = field.unescaped_key().get(key)) return error;
    double number = 0;
    if (key == "name" || key == "run_name" || key == "run_type" || key == "time_unit") {
      if (const auto error = field.value().get_string().get(text)) return error;
      sum += static_cast<double>(text.size());
    } else if (key == "real_time" || key == "cpu_time" || key == "bytes_per_second" ||
               key == "items_per_second" || key == "repetitions" || key == "repetition_index") {
      if (const auto error = field.value().get_double().get(number)) return error;
      sum += number;
    }
  }
  return SUCCESS;
}

error_code traverse(const padded_string& json, std::size_t& count, double& sum) {
  ondemand::parser parser;
  ondemand::document document;
  if (const auto error = parser.iterate(json).get(document)) return error;
  ondemand::array rows;
  if (const auto error = document["benchmarks"].get_array().get(rows)) return error;
  for (auto element : rows) {
    ondemand::object row;
    if (const auto error = element.get_object().get(row)) return error;
    if (const auto error = add_row(row, sum)) return error;
    ++count;
  }
  return SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: simdjson_peer FILE\n");
    return 2;
  }
  const auto begin = std::chrono::steady_clock::now();
  padded_string json;
  std::size_t count = 0;
  double sum = 0;
  if (const auto error = padded_string::load(argv[1]).get(json)) {
    fmt::print(stderr, "{}: {}\n", argv[1], error_message(error));
    return 1;
  }
  if (const auto error = traverse(json, count, sum)) {
    fmt::print(stderr, "{}: {}\n", argv[1], error_message(error));
    return 1;
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  fmt::print("{} rows, sum {}, {:.1f} ms\n", count, sum, took.count());
  return 0;
}

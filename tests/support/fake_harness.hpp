#pragma once
// A harness of one line per value: "name seconds". "!" is not its format.

#include <sstream>

#include "harness/harness.hpp"

namespace perfgate::test {

inline Result<void> parse_lines(std::span<harness::Document> documents,
                                harness::Collector& collector) {
  for (harness::Document& document : documents) {
    std::string text;
    char buffer[100];
    for (;;) {
      TRY(const std::size_t count, document.read(buffer));
      if (count == 0) break;
      text.append(buffer, count);
    }
    std::istringstream lines(text);
    std::string name;
    double value = 0;
    while (lines >> name) {
      if (!(lines >> value))
        return fail(Code::parse, document.name + ": no value of " + name, "write lines");
      collector.add(collector.benchmark(name),
                    {.name = "time", .unit = BaseUnit::second, .better = Better::lower}, value);
    }
  }
  return {};
}

inline const harness::Harness lines_harness = {
    .name = "lines",
    .summary = "name and seconds",
    .reads = [](std::string_view path) { return path.ends_with(".txt"); },
    .parse = parse_lines};

inline Result<harness::Harness> find_lines(std::string_view name) {
  if (name == lines_harness.name) return lines_harness;
  return fail(Code::usage, "no harness is called `" + std::string(name) + "`", "known: lines");
}

}  // namespace perfgate::test

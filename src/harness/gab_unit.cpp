#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "harness/collector.hpp"
#include "harness/gab.hpp"

namespace perfgate::harness {
namespace {

struct GabScale {
  double numerator = 1, denominator = 1;
};

struct GabWord {
  std::string_view word;
  double numerator, denominator;
};

std::optional<GabScale> time_scale(std::string_view word) {
  static constexpr std::array words{
      GabWord{"nanosecond", 1, 1e9}, GabWord{"microsecond", 1, 1e6}, GabWord{"millisecond", 1, 1e3},
      GabWord{"second", 1, 1},       GabWord{"sec", 1, 1},           GabWord{"minute", 60, 1},
      GabWord{"hour", 3600, 1},      GabWord{"nsec", 1, 1e9},        GabWord{"usec", 1, 1e6},
      GabWord{"msec", 1, 1e3},
  };
  if (const Unit* unit = find_unit(word); unit && unit->base == BaseUnit::second)
    return GabScale{unit->numerator, unit->denominator};
  std::string lower = ascii_lower(word);
  const auto found = [&]() -> std::optional<GabScale> {
    for (const GabWord& known : words)
      if (known.word == lower) return GabScale{known.numerator, known.denominator};
    return std::nullopt;
  };
  if (const auto scale = found()) return scale;
  if (lower.size() < 3 || !lower.ends_with('s')) return std::nullopt;
  lower.pop_back();
  return found();
}

/// Bytes, or bits where they are said to be bits. "b" and "Kb" may be either, and are neither.
std::optional<GabScale> size_scale(std::string_view word) {
  if (const Unit* unit = find_unit(word); unit && unit->base == BaseUnit::byte)
    return GabScale{unit->numerator, unit->denominator};
  static constexpr std::array prefixes{GabWord{"", 1, 1},
                                       GabWord{"k", 1e3, 1},
                                       GabWord{"m", 1e6, 1},
                                       GabWord{"g", 1e9, 1},
                                       GabWord{"ki", 1024, 1},
                                       GabWord{"mi", 1048576, 1},
                                       GabWord{"gi", 1073741824, 1},
                                       GabWord{"kilo", 1e3, 1},
                                       GabWord{"mega", 1e6, 1},
                                       GabWord{"giga", 1e9, 1}};
  std::string_view rest = word;
  const std::string lower = ascii_lower(rest);
  double bits = 0;
  std::size_t tail = 0;
  for (const auto& [text, is_bits] :
       {std::pair{"bytes", false}, {"byte", false}, {"bits", true}, {"bit", true}}) {
    if (!lower.ends_with(text)) continue;
    tail = std::string_view(text).size();
    bits = is_bits ? 8 : 1;
    break;
  }
  if (tail == 0) return std::nullopt;
  const std::string_view prefix = std::string_view(lower).substr(0, lower.size() - tail);
  for (const GabWord& known : prefixes)
    if (known.word == prefix) return GabScale{known.numerator, bits};
  return std::nullopt;
}

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, ascii_lower(word)) != words.end();
}

/// What is done once per measurement says nothing more: ns/iter is a time.
bool is_repetition(std::string_view word) {
  static constexpr std::array<std::string_view, 13> words{
      "",     "iter", "iters", "iteration", "iterations", "op", "ops",
      "call", "run",  "loop",  "operation", "request",    "req"};
  return is_one_of(word, words);
}

bool is_work(std::string_view word) {
  static constexpr std::array<std::string_view, 16> words{
      "op",   "ops",   "operation", "operations", "iter",    "iters",    "iteration", "iterations",
      "item", "items", "req",       "reqs",       "request", "requests", "call",      "calls"};
  return is_one_of(word, words);
}

GabUnit named(std::string_view name, BaseUnit base, Better better, GabScale scale,
              bool known = true) {
  return {.metric = {.name = Symbol(name), .unit = base, .better = better},
          .numerator = scale.numerator,
          .denominator = scale.denominator,
          .known = known};
}

}  // namespace

GabUnit gab_unit(std::string_view written) {
  using enum BaseUnit;
  const std::string_view unit = trim(written.substr(0, written.find_first_of("\t\r\n")));
  std::string_view left = unit, right, own;
  // max-rss(MB), wall-clock(s)
  if (const std::size_t open = unit.find('(');
      open != unit.npos && open > 0 && unit.ends_with(')')) {
    own = trim(unit.substr(0, open));
    left = unit.substr(open + 1, unit.size() - open - 2);
  }
  if (const std::size_t slash = left.find('/'); slash != left.npos) {
    right = trim(left.substr(slash + 1));
    left = trim(left.substr(0, slash));
  }
  // block_accept_ms/ggas
  if (const std::size_t bar = left.rfind('_');
      own.empty() && bar != left.npos && bar > 0 && time_scale(left.substr(bar + 1))) {
    own = left.substr(0, bar);
    left = left.substr(bar + 1);
  }
  const auto name_of = [&](std::string_view usual) {
    std::string name(own.empty() ? usual : own);
    if (!is_repetition(right)) name += "/" + std::string(right);
    return safe_text(name, 60);
  };
  if (const auto scale = time_scale(left))
    return named(name_of("time"), second, Better::lower, *scale);
  if (const auto per = time_scale(right)) {
    if (auto size = size_scale(left)) {
      size->numerator *= per->denominator;
      size->denominator *= per->numerator;
      return named(own.empty() ? "throughput" : safe_text(own, 60), byte_per_second, Better::higher,
                   *size);
    }
    const GabScale rate{per->denominator, per->numerator};
    if (left.empty() || is_work(left))
      return named(own.empty() ? "items" : safe_text(own, 60), per_second, Better::higher, rate);
    // Prefixes of other things are left alone: mgas may be 10^6 of them, or a thousandth.
    return named(safe_text(own.empty() ? left : own, 60), per_second, Better::higher, rate);
  }
  if (const auto size = size_scale(left)) {
    if (size->denominator == 1) return named(name_of("memory"), byte, Better::lower, *size);
  }
  const std::string lower = ascii_lower(left);
  if (lower == "%" || lower == "percent")
    return named("percent", one, Better::unknown, {1, 100}, false);
  for (const std::string_view count : {"instructions", "cycles", "allocs", "allocations"})
    if (lower == count) return named(name_of(left), one, Better::lower, {});
  const std::string name = safe_text(unit.empty() ? "value" : unit, 60);
  for (const std::string_view fixed : {"time", "cpu_time", "throughput", "items", "memory"})
    if (name == fixed) return named("own " + name, one, Better::unknown, {}, false);
  return named(name, one, Better::unknown, {}, false);
}

}  // namespace perfgate::harness

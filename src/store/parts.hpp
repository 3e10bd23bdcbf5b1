#pragma once
// How each entity that lives inside another is found there: benchmarks and measurements in their
// run, findings in their judgement.

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/judgement.hpp"
#include "model/measurement.hpp"
#include "model/run.hpp"

namespace perfgate::store {

/// Specialised for each entity E that lives inside a Whole:
///   using Whole; using Item;                       what is handed out: E and the whole's key
///   static constexpr std::string_view whole_field; names the whole: "run"
///   static constexpr std::array narrows;           fields that the whole's index knows
///   static const std::string& whole(const Item&);  the whole's key
///   static std::string key(const Item&);
///   static const E& entity(const Item&);
///   static std::vector<Item> all(std::string_view whole_key, const Whole&);
///   static Result<void> put(Whole&, const Item&);  adds or replaces. Errors: Code::store
///   static void take(Whole&, const Item&);
template <class E>
struct Part;

/// An entity that does not know itself where it lives.
template <class E>
struct In {
  std::string whole;  ///< the key of that
  E part;

  bool operator==(const In&) const = default;
};

/// Texts joined by `|`; in each of them `|` and `%` are written as `%7C` and `%25`. The first is
/// the whole's key.
std::string part_key(std::initializer_list<std::string_view> texts);
/// The first text of a part's key.
std::string whole_of_part_key(std::string_view key);

template <>
struct Part<Benchmark> {
  using Whole = Run;
  using Item = In<Benchmark>;
  static constexpr std::string_view whole_field = "run";
  static constexpr std::array<std::string_view, 1> narrows{"suite"};
  static const std::string& whole(const Item& item) { return item.whole; }
  static std::string key(const Item& item);
  static const Benchmark& entity(const Item& item) { return item.part; }
  static std::vector<Item> all(std::string_view whole_key, const Run& run);
  static Result<void> put(Run& run, const Item& item);
  static void take(Run& run, const Item& item);
};

template <>
struct Part<Measurement> {
  using Whole = Run;
  using Item = Measurement;
  static constexpr std::string_view whole_field = "run";
  static constexpr std::array<std::string_view, 3> narrows{"suite", "commit", "branch"};
  static const std::string& whole(const Item& item) { return item.run; }
  static std::string key(const Item& item);
  // NOLINTNEXTLINE(bugprone-return-const-ref-from-parameter): used within one expression
  static const Measurement& entity(const Item& item) { return item; }
  static std::vector<Item> all(std::string_view whole_key, const Run& run);
  static Result<void> put(Run& run, const Item& item);
  static void take(Run& run, const Item& item);
};

template <>
struct Part<Finding> {
  using Whole = Judgement;
  using Item = In<Finding>;
  static constexpr std::string_view whole_field = "judgement";
  static constexpr std::array<std::string_view, 0> narrows{};
  static const std::string& whole(const Item& item) { return item.whole; }
  static std::string key(const Item& item);
  static const Finding& entity(const Item& item) { return item.part; }
  static std::vector<Item> all(std::string_view whole_key, const Judgement& judgement);
  static Result<void> put(Judgement& judgement, const Item& item);
  static void take(Judgement& judgement, const Item& item);
};

}  // namespace perfgate::store

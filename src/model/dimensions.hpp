#pragma once
// What a measurement was of, as free facts: {"backend": "polars", "dataset_rows": 1000000}.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/symbol.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

namespace perfgate {

/// null, a truth, an integer, a number or a text.
using Scalar = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

/// A whole number is an integer, however it was written: `1e6` is `1000000`.
Scalar number_scalar(double value);

/// For people and names: `null`, `true`, `1000000`, `0.5`, `polars`.
std::string to_text(const Scalar& value);

struct Dimension {
  Symbol name;
  Scalar value;

  bool operator==(const Dimension&) const = default;
};

/// Dimensions in the order of their names. Eight bytes and no allocation where there are none.
class Dimensions {
 public:
  Dimensions() = default;
  Dimensions(const Dimensions& other)
      : all_(other.all_ ? std::make_unique<std::vector<Dimension>>(*other.all_) : nullptr) {}
  Dimensions& operator=(const Dimensions& other) { return *this = Dimensions(other); }
  Dimensions(Dimensions&&) noexcept = default;
  Dimensions& operator=(Dimensions&&) noexcept = default;
  ~Dimensions() = default;

  void set(Symbol name, Scalar value);
  /// nullptr where there is no such dimension; one that is null is there.
  const Scalar* find(Symbol name) const;
  std::span<const Dimension> all() const {
    return all_ ? std::span<const Dimension>(*all_) : std::span<const Dimension>{};
  }
  bool empty() const { return all().empty(); }

  friend bool operator==(const Dimensions& a, const Dimensions& b);

 private:
  std::unique_ptr<std::vector<Dimension>> all_;
};

/// ISO 8601: a date, or date and time, UTC where no zone is given; nullopt where it is none.
std::optional<Time> moment_from_text(std::string_view iso);

enum class ScalarType { truth, integer, number, text, moment };  ///< moment: ISO 8601 text

/// How a dimension takes part in a benchmark's name (model/dimensions.cpp).
enum class Identity {
  always,         ///< tells benchmarks apart
  where_several,  ///< of the surroundings: only where one run has several of them
  never,          ///< an outcome, or when it was
};

/// A name whose meaning is fixed: where it stands, it is of this type.
struct KnownDimension {
  std::string_view name;
  ScalarType type;
  bool may_be_null;
  Identity identity;
  std::string_view unit;  ///< empty: none
  std::string_view doc;
};
/// In the order in which they stand in a benchmark's name.
std::span<const KnownDimension> known_dimensions();
const KnownDimension* find_known_dimension(std::string_view name);

/// A measure among a record's members: read_seconds, compute_seconds, and every other name that
/// ends in a base unit (_seconds, _bytes, _bytes_per_second, _per_second).
struct Measure {
  BaseUnit unit;
  bool higher_is_better;
};
std::optional<Measure> measure_named(std::string_view name);

/// [A-Za-z0-9_], at most 100 characters.
bool is_dimension_name(std::string_view name);
/// What a name of fixed meaning should hold instead of this value: "an integer or null"; nullopt
/// where the value is right, or the name free.
std::optional<std::string> expected_instead(std::string_view name, const Scalar& value);

}  // namespace perfgate

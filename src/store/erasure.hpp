#pragma once
// Taking a person's name away from a store: what `store/people.hpp` keeps apart from the chain.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/store.hpp"

namespace perfgate::store {

/// What erasing a person took away, or would.
struct Erasure {
  std::size_t names = 0;                 ///< of this person, each in a record
  std::vector<std::int64_t> mentions{};  ///< seq of records whose own text holds the name: it stays
};
/// Gives the record of the deletion, which is kept without the name; empty: nothing is changed.
using TellErasure = std::function<Store::Addition(const Erasure& erasure)>;

/// A kind of store that keeps names apart.
class NamesApart {
 public:
  virtual ~NamesApart() = default;
  virtual Result<Erasure> erase_person(std::string_view name, const TellErasure& tell) = 0;
};

/// Takes a person's name away from all records: the chain stays as it is, and `erased_name` is read
/// from then on. Errors: Code::store where the kind of store has no names.
Result<Erasure> erase_person(Store& store, std::string_view name, const TellErasure& tell = {});

}  // namespace perfgate::store

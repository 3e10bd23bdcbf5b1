#pragma once
// How each entity that has a record of its own is kept: its kind, its key, its JSON.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/judgement.hpp"
#include "model/kind.hpp"
#include "model/run.hpp"
#include "store/references.hpp"

namespace perfgate::store {

/// Specialised for each entity E that has records of its own:
///   static constexpr Kind kind;
///   static std::string key(const E&);
///   static std::string write(const E&);                                   JSON on one line
///   static Result<E> read(std::string_view json, std::string_view place);
///   static std::vector<Reference> references(const E&);                   what must be there
template <class E>
struct Stored;

template <>
struct Stored<Run> {
  static constexpr Kind kind = Kind::run;
  static std::string key(const Run& run);
  static std::string write(const Run& run);
  static Result<Run> read(std::string_view json, std::string_view place);
  static std::vector<Reference> references(const Run&) { return {}; }
};

template <>
struct Stored<Judgement> {
  static constexpr Kind kind = Kind::judgement;
  static std::string key(const Judgement& judgement);
  static std::string write(const Judgement& judgement);
  static Result<Judgement> read(std::string_view json, std::string_view place);
  static std::vector<Reference> references(const Judgement& judgement);
};

}  // namespace perfgate::store

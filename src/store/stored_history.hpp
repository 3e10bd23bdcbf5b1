#pragma once
// How what the history keeps beside runs and judgements is kept.

#include "model/history.hpp"
#include "store/stored.hpp"

namespace perfgate::store {

/// The key is "branch@host class" of the current baseline, and "branch@host class@name" of an
/// anchor: the next one supersedes it, and all versions tell every promotion.
template <>
struct Stored<Baseline> {
  static constexpr Kind kind = Kind::baseline;
  static std::string key(const Baseline& baseline);
  static std::string write(const Baseline& baseline);
  static Result<Baseline> read(std::string_view json, std::string_view place);
  static std::vector<Reference> references(const Baseline& baseline);
};

template <>
struct Stored<Incident> {
  static constexpr Kind kind = Kind::incident;
  static std::string key(const Incident& incident);
  static std::string write(const Incident& incident);
  static Result<Incident> read(std::string_view json, std::string_view place);
  static std::vector<Reference> references(const Incident& incident);
};

template <>
struct Stored<Waiver> {
  static constexpr Kind kind = Kind::waiver;
  static std::string key(const Waiver& waiver);
  static std::string write(const Waiver& waiver);
  static Result<Waiver> read(std::string_view json, std::string_view place);
  static std::vector<Reference> references(const Waiver& waiver);
};

/// One a judgement: the newest word stands.
template <>
struct Stored<Mark> {
  static constexpr Kind kind = Kind::mark;
  static std::string key(const Mark& mark);
  static std::string write(const Mark& mark);
  static Result<Mark> read(std::string_view json, std::string_view place);
  static std::vector<Reference> references(const Mark& mark);
};

/// The key holds a digest of the record: no audit record supersedes another.
template <>
struct Stored<AuditRecord> {
  static constexpr Kind kind = Kind::audit;
  static std::string key(const AuditRecord& record);
  static std::string write(const AuditRecord& record);
  static Result<AuditRecord> read(std::string_view json, std::string_view place);
  static std::vector<Reference> references(const AuditRecord& record);
};

}  // namespace perfgate::store

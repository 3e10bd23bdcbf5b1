#pragma once
#include <string_view>

#include "base/describe.hpp"

namespace perfgate {

/// What a record of the history holds: the entities that are stored by themselves. (Benchmarks and
/// measurements live in their run, findings in their judgement.)
enum class Kind {
  run,
  judgement,
  baseline,
  incident,
  waiver,
  mark,        ///< what people said of a judgement: "that red was wrong"
  audit,       ///< who did, or was refused, what
  deletion,    ///< what retention or compaction took away, with its digests
  checkpoint,  ///< of an audit report: the period's head and root, and the files' digests, signed
};

template <>
struct EnumTexts<Kind> {
  static constexpr std::array<std::pair<Kind, std::string_view>, 9> values{
      {{Kind::run, "run"},
       {Kind::judgement, "judgement"},
       {Kind::baseline, "baseline"},
       {Kind::incident, "incident"},
       {Kind::waiver, "waiver"},
       {Kind::mark, "mark"},
       {Kind::audit, "audit"},
       {Kind::deletion, "deletion"},
       {Kind::checkpoint, "checkpoint"}}};
};

}  // namespace perfgate

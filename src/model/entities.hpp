#pragma once
// The entities, all with their descriptions.

#include <tuple>

#include "model/history_fields.hpp"
#include "model/judgement_fields.hpp"
#include "model/measurement_fields.hpp"
#include "model/run_fields.hpp"

namespace perfgate {

/// What the history remembers, each by a key.
using Entities = std::tuple<Run, Benchmark, Measurement, Baseline, Judgement, Finding, Incident,
                            Waiver, Mark, AuditRecord>;

/// What those are made of.
using EntityParts = std::tuple<Commit, Fingerprint, Metric, Headline, Launch, Sample, Summary,
                               Statistic, Note, Comparison, LimitCheck, Counts, Drift,
                               HypothesisResult, Hypothesis, HypothesisAnswer>;

}  // namespace perfgate

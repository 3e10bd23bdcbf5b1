#pragma once
// perf.json as a summary of a run, and a run as far as perf.json tells of it.

#include <vector>

#include "config/perf.hpp"
#include "model/judgement.hpp"
#include "model/project.hpp"

namespace perfgate::gate {

/// The run's headlines, and what was found: by the judgement where there is one, else what the run
/// itself notes. A headline without a value is left out; a note or finding names it then.
config::PerfSummary make_perf(const Run& run, const Judgement* judgement);

/// The schema of the perf.json of these headlines, each as the run has it.
std::string perf_schema(const std::vector<Headline>& headlines,
                        const std::vector<ProjectHeadline>& declared);

/// A run that knows only what perf.json says: one value a headline, as precise as printed. Label,
/// order and direction come from the declaration, where there is one, else from key and unit.
Run run_of(const config::PerfSummary& perf, const std::vector<ProjectHeadline>& declared);

/// Adds what the file itself reports: a warning warns; an error fails, or is not measured where its
/// code says so. It never passes.
void add_reported(const config::PerfSummary& perf, Judgement& judgement);

}  // namespace perfgate::gate

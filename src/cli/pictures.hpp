#pragma once
// Pictures for the terminal: of `compare --plot` and `history query --plot`.

#include <string>
#include <vector>

#include "cli/env.hpp"
#include "model/policy.hpp"
#include "model/run.hpp"
#include "model/sessions.hpp"
#include "store/scan.hpp"

namespace CLI {
class App;
}

namespace perfgate::cli {

struct PlotOptions {
  bool plot = false, ascii = false;
};
void add_plot(CLI::App& app, PlotOptions& options);  ///< --plot --ascii

/// Whether pictures keep to ASCII: asked for, or the locale says that nothing else is shown.
bool ascii_only(bool asked, const sys::Environment& environment);

/// Of two runs the samples of each row, side by side, with the policy's limits; of more the scores
/// as a series. The worst ten, unless `all`.
std::string plot_sessions(const Sessions& sessions, const std::vector<Run>& runs,
                          const Policy& policy, const PlotOptions& options, bool all,
                          const Env& env);

/// The medians of each benchmark's metric from row `first` on, over the runs; twenty at most,
/// unless `all`.
std::string plot_history(const store::Columns& columns, std::size_t first,
                         const PlotOptions& options, bool all, const Env& env);

}  // namespace perfgate::cli

#pragma once
// The HTML page: what docs/report-data.md says its data block holds (perfgate.page/1), as structs,
// and how it is written. Indices lead into the lists of the Page that holds them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "model/judgement.hpp"
#include "model/run.hpp"
#include "model/sessions.hpp"
#include "report/html.hpp"

namespace perfgate::report {

inline constexpr std::string_view page_schema = "perfgate.page/1";
inline constexpr std::string_view page_template = "templates/performance_report.html";
/// A page stays below this, so that it opens at once and an artifact can be looked at.
inline constexpr std::uint64_t page_bytes = 10'000'000;

using Index = std::uint32_t;

enum class MarkKind { change, baseline, anchor, release, waiver, incident };

/// What happened at a run of a history.
struct PageMark {
  MarkKind kind = MarkKind::change;
  Index run = 0;
  std::optional<Index> to{};     ///< of a waiver: the run at which it ended; absent: it holds
  std::optional<Index> suite{};  ///< absent: of all suites
  std::string label{};           ///< drawn
  std::string text{};            ///< read out when the run is looked at
  std::optional<double> change{};

  bool operator==(const PageMark&) const = default;
};

struct PageForecast {
  std::vector<Time> time;
  std::vector<double> value, low, high;
  std::string text;  ///< when which limit is reached
};

struct PageHistory {
  struct Level {
    Index first = 0, last = 0;  ///< runs
    double value = 0;
  };
  Index start = 0;            ///< the run of the first value
  std::vector<float> values;  ///< one a run from `start` on; NaN: not measured
  std::vector<Level> levels;
  std::vector<PageMark> marks;
  std::optional<PageForecast> forecast{};
};

/// A side of an entry. p50, p95, p99 and outliers are of all its values.
struct PageSummary {
  Summary summary{};
  std::optional<double> p50{}, p95{}, p99{};
  std::optional<std::size_t> outliers{};
};

/// A row of the page: a headline, or a metric of a benchmark.
struct PageEntry {
  std::string id;  ///< unique in the page, and the same from run to run
  Index suite = 0, metric = 0;
  std::optional<Index> section{};
  std::string name;
  std::string headline{};            ///< its label; empty: a benchmark
  std::string unit{};                ///< symbol that values are shown in; empty: as reads best
  std::optional<int> decimals{};     ///< of values in `unit`
  std::optional<Finding> finding{};  ///< the worst; absent: nobody judged it
  std::vector<Finding> others{};
  std::optional<Trend> trend{};  ///< where there is no finding
  std::optional<PageSummary> base{}, head{};
  std::optional<Comparison> comparison{};
  std::optional<double> warn{}, fail{};  ///< the budget, as ratios for the worse
  std::vector<float> base_samples{}, head_samples{};
  std::optional<PageHistory> history{};
};

struct PageVerdict {
  Verdict verdict = Verdict::pass;
  int exit_code = 0;
  std::string words, summary;
  std::vector<std::string> advice;
  std::optional<Counts> counts;
  std::optional<double> could_see;
  std::string coverage, drift;
};

struct PageSide {
  std::string run_id;
  Commit commit;
  std::optional<Time> time{};
  std::string state{};  ///< what kind of baseline it is, in words
};

struct PageFact {
  std::string label, value, note;
};

struct PageLimit {
  std::optional<Index> entry{};
  std::string of;
  LimitCheck check;
  Verdict verdict = Verdict::pass;
  Reason reason = Reason::limit_met;
  std::string unit{};
  BaseUnit base_unit = BaseUnit::one;
};

struct PageMatrix {
  std::string title, value, rows_by, columns_by;
  std::vector<std::string> rows, columns;
  std::vector<std::vector<std::optional<double>>> cells, changes{};
  std::vector<std::vector<std::optional<Verdict>>> verdicts{};
  BaseUnit base_unit = BaseUnit::one;
  std::string unit{};
  Better better = Better::unknown;
  std::string note{};
};

struct PageTable {
  struct Column {
    std::string title;
    bool number = false;  ///< aligned to the right
  };
  std::string title, caption{};
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
};

struct PageWaiver {
  Waiver waiver;
  std::vector<Index> accepts;  ///< entries
};

struct PageSection {
  std::string id, title;
};

/// What histories are drawn over, oldest first: columns of equal length. `subject` may be empty.
struct PageRuns {
  std::vector<Time> time;
  std::vector<std::string> commit, subject;
};

/// A finding about a suite or the whole run.
struct PageFinding {
  Finding finding;
  std::optional<Index> suite;
};

struct Page {
  std::string kind = "judgement";
  std::string title;
  std::vector<std::string> titles{};  ///< of the two sides; empty: base, head
  std::string tool, method{}, policy{};
  std::optional<Time> made{};  ///< when the run was started, not the clock
  std::optional<PageVerdict> verdict{};
  std::optional<PageSide> head{}, base{};
  std::vector<PageFact> facts{};
  std::vector<std::string> suites{};
  std::vector<Metric> metrics{};
  std::vector<PageSection> sections{};
  std::vector<PageEntry> entries{};
  PageRuns runs{};
  std::vector<PageMark> marks{};
  std::vector<PageFinding> findings{};
  std::vector<PageLimit> limits{};
  std::vector<PageMatrix> matrices{};
  std::vector<PageTable> tables{};
  std::vector<PageWaiver> waivers{};
  std::optional<Fingerprint> head_host{}, base_host{};
  std::vector<std::string> host_differences{};
  std::vector<Note> notes{};
  std::vector<std::string> reproduce{};
  std::string commit_url{};  ///< what a full id is appended to
};

/// What a page leaves out to keep its size, in the order in which it does; each level leaves out
/// what those before it do.
enum class Omission {
  nothing,
  passing_samples,      ///< samples of entries that pass
  passing_percentiles,  ///< percentiles of those
  older_histories,      ///< the older half of histories
  passing_histories,    ///< histories of entries that pass
  passing_reasons,      ///< `why` of those
};

/// The data block: JSON on one line, not yet made safe for HTML. A page of half its size in memory
/// is written piece by piece.
void write_page_data(const Page& page, Omission omission, const Sink& out);

/// The whole page, with as little left out as makes it fit; with everything left out that may be,
/// however large. `html` has the places of page_places.
void write_page(const Page& page, const HtmlTemplate& html, const Sink& out,
                std::uint64_t most_bytes = page_bytes);

inline constexpr std::string_view page_places[] = {"csp", "title", "summary", "data"};

/// What a text form of an enumerated value is in the page: "not_comparable".
std::string page_word(std::string_view text);

}  // namespace perfgate::report

#pragma once
// Where a report differs from what is computed again, in words.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/env.hpp"
#include "model/audit.hpp"
#include "store/store.hpp"

namespace perfgate::cli {

/// Figures of the JSON that differ, at most `most`, each with the record or the samples that
/// contradict it.
std::vector<std::string> audit_differences(std::string_view stated, std::string_view computed,
                                           const Audit& audit, const store::Store& store,
                                           std::size_t most = 5);

/// The first line of two pages that differs, without its markup.
std::string page_difference(std::string_view stated, std::string_view computed);

/// The text of a PDF, by pdftotext (poppler-utils); nothing where that is not installed or cannot
/// read it.
std::optional<std::string> pdf_text(std::string_view pdf, const Env& env);

/// The samples behind a floor's, ceiling's or target's value in a judgement: "benchmark decode, run
/// r-1: 1.1, 1.2". Empty where they are not there.
std::string samples_behind(std::string_view judgement, std::string_view subject,
                           const store::Store& store);

}  // namespace perfgate::cli

#pragma once
// What to do next, by what a verdict rests on.

#include <span>
#include <string>
#include <vector>

#include "model/judgement.hpp"

namespace perfgate::report {

/// Where advice is read: beside the files of the run, or on its pull request.
enum class Reader { at_hand, pull_request };

/// What the findings that make the verdict rest on, each once; empty where nothing is to be done.
std::vector<Reason> causes(const Judgement& judgement);

/// A sentence or two for each of the causes, no more than three. Where there is none, what the
/// verdict usually means. `by_turns`: both sides were measured so.
std::vector<std::string> advice(Verdict verdict, std::span<const Reason> causes, bool by_turns,
                                Reader reader);

/// Of a judgement, for who has its run at hand.
std::vector<std::string> advice(const Judgement& judgement);
/// The same where it stands before the rows, not after them as on a terminal.
std::vector<std::string> advice_before_rows(const Judgement& judgement);

}  // namespace perfgate::report

#pragma once
// The history as an auditor reads it: every record in the order of the chain, of runs and
// judgements only what a report tells.

#include <functional>

#include "model/audit_facts.hpp"
#include "store/store.hpp"

namespace perfgate::store {

/// Every record there is, tombstones and superseded ones too, oldest first, each checksum verified.
/// What is held in memory does not grow with their bodies. `entry` may be moved from. Errors: as
/// Store::read; Code::store where a run or judgement is no JSON.
Result<void> read_ledger(const Store& store,
                         const std::function<Result<void>(LedgerEntry& entry)>& visit,
                         unsigned workers = 1);

/// One record's. Errors: Code::store where a run or judgement is no JSON.
Result<LedgerEntry> ledger_entry(Record& record);

}  // namespace perfgate::store

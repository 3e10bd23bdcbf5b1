#pragma once
// The records of a branch as a directory store on this machine, for reading: a cache.

#include <optional>
#include <string>

#include "store/git_branch.hpp"
#include "store/people.hpp"
#include "store/store.hpp"

namespace perfgate::store {

/// The directory store of a branch's mirror, and its file of names.
std::string mirror_path(const Branch& branch);
std::string mirror_people(const Branch& branch);

/// The record in a file, checked, also against the file's path. Errors: Code::store.
Result<Record> read_file(const BranchFile& file, std::string_view content);

/// The entry in a file, held against its digest and the file's path. Errors: Code::store.
Result<Person> read_person_file(const BranchFile& file, std::string_view content);

/// Brings the mirror to `tip`; every record that comes is checked, and so is how they follow each
/// other. The branch must be locked. Errors: Code::store where the branch is damaged or was
/// changed, naming the file.
Result<void> update_mirror(const Branch& branch, const std::optional<Tip>& tip);

}  // namespace perfgate::store

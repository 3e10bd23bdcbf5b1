#pragma once
// Where a launch leaves its results, and which of them it wrote itself.

#include <cstdint>
#include <string>
#include <vector>

#include "harness/harness.hpp"
#include "measure/suite.hpp"
#include "sys/directory.hpp"

namespace perfgate::measure {

/// A document over a file, which is opened when it is first read and closed at its end: a tree of
/// results may hold more files than may be open at once. `size` is a hint; 0: not known.
harness::Document document_of_file(std::string name, std::string path, std::uint64_t size = 0);

/// A suite's `results`, as they were before a launch. What the launch wrote is what is new since or
/// was changed, by the kernel's own account (ctime, inode, size): clocks and copied times do not
/// matter.
class ResultsBefore {
 public:
  ResultsBefore(const Suite& suite, const harness::Harness& harness);

  struct Written {
    std::vector<harness::Document> documents;
    std::size_t stale = 0;  ///< files that would have been read, had they been written now
  };
  /// After the launch. Errors: Code::io; Code::parse where `results` is not there.
  Result<Written> written() const;

 private:
  Result<std::vector<sys::ListedFile>> list() const;

  std::string shown_, path_;
  bool (*reads_)(std::string_view);
  std::vector<sys::ListedFile> before_;
};

}  // namespace perfgate::measure

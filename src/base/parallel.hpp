#pragma once
#include <cstddef>
#include <functional>

#include "base/result.hpp"

namespace perfgate {

/// As many threads as this machine runs at once.
unsigned processors();

/// Calls work(0) to work(count - 1), each once, on up to `workers` threads (the caller's is one of
/// them), in any order. After an error no more is begun; the error of the smallest number is
/// returned.
Result<void> parallel_for(std::size_t count, unsigned workers,
                          const std::function<Result<void>(std::size_t)>& work);

}  // namespace perfgate

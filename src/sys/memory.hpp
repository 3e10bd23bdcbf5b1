#pragma once
#include <cstdint>

namespace perfgate::sys {

/// Bytes that this process may still take without swapping: the smaller of what the kernel has and
/// what the control group leaves; 0 where neither can be read.
std::uint64_t available_memory();

/// Threads share so many heaps of the allocator, instead of having one each: less lies idle. To be
/// called before threads are made.
void share_heaps(int heaps);

/// Gives back what was freed, after a step that needed much more than what comes next.
void give_back_memory();

}  // namespace perfgate::sys

# Unit tests: tests/unit/<subject>/*_test.cc become one test program per subject, linked
# against the library that the subject names.
file(GLOB subjects RELATIVE ${CMAKE_SOURCE_DIR}/tests/unit ${CMAKE_SOURCE_DIR}/tests/unit/*)
foreach(subject ${subjects})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/${subject}/*_test.cc)
  if(sources)
    add_executable(${subject}_test ${sources})
    target_link_libraries(${subject}_test gocheck_${subject} gtest gtest_main gmock Threads::Threads)
    add_test(NAME unit_${subject} COMMAND ${subject}_test)
  endif()
endforeach()

// story.h — `tongban story FILE…`: plays scenarios against the whole program in one process, under a
// fake clock, and prints the timeline; stops at the first line that does not come out as written.
//
// A line each; # begins a comment; JSON may go on over lines until its brackets close; $name stands for a
// saved value. A path is reply.a.b, reply.rows[case=35…-01].id, reply.rows.0 or $name.a.
//   at 2026-11-17 09:00          the clock (Asia/Shanghai); the first line, and again to jump forward
//   advance 3 working days       also days, hours, minutes
//   as LOGIN | system | nobody   who calls; a sample identity signs in through session.sign_in
//   reads en | zh                the language of those who call from now on
//   call OP [key K] {JSON}       any operation of the table
//   fails CODE [field KEY]       the call before must have failed so, and nothing may have been written
//   fails CODE recorded          the failure itself is written down (a wrong password)
//   save $x = PATH | invitation | file NAME   a value of the reply; the token of the latest invitation; a text beside the story
//   expect PATH == VALUE         != < > contains; PATH exists, PATH missing, PATH count N
//   show PATH                    prints it
//   upload $case MATERIAL FILE   a small file made for its ending (pdf png exe txt empty) into draft.upload
//   pay $order [twice|again|forged|wrong|lost|unbooked]   the sandbox gateway's notification: repeated, under
//                                another number, with a false signature, of another amount, never
//                                arriving; of a payment that the gateway's own book does not have
//   refund $order [again|forged|wrong]   the sandbox gateway's word of a refund
//   courier $case STATE [forged] the sandbox courier's notification
//   fault POINT N                the Nth pass of a fault point from now on fails (flow.job, store.exec …)
//   jobs [failing]               timers, service tasks and outbox until nothing is due
//   state $case [ITEM] == STATE [OUTCOME]
//   timeline $case               the trail as its case page shows it
//   checkpoint, verify           saves the journal's heads; checks the whole store against the last saved
//   replay                       every process instance from its events to the same state; also at every story's end
//   xes N                        the journal as an event log: N traces, well-formed, without personal values
//   publish FILE OLD => NEW      the city with this change of one of its files is put in force; changes add up
//   include FILE [x=VALUE …]     another file's lines, with $x set
#pragma once

int story_cmd(int argc, char **argv);

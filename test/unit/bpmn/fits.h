// fits.h — which events a waiting place takes, for the tests of wrong ones; everything else must be refused.
#pragma once
#include "bpmn/bpmn.h"

static const enum bpmn_event_kind keyed[] = {BPMN_EV_TASK_DONE, BPMN_EV_TIMER, BPMN_EV_MESSAGE, BPMN_EV_CALL_DONE, BPMN_EV_CALL_FAILED,
	BPMN_EV_JOB_DONE, BPMN_EV_JOB_FAILED, BPMN_EV_ADHOC, BPMN_EV_ADHOC_DONE, BPMN_EV_RESOLVE, BPMN_EV_BPMN_ERROR, BPMN_EV_ESCALATION};

// What a waiting place takes; everything else is a wrong event. MAYBE: whether it does is the model's.
enum fit { NO, YES, MAYBE };
static inline enum fit fits(enum bpmn_wait w, enum bpmn_event_kind k)
{
	switch (w) {
	case BPMN_W_TASK: return k == BPMN_EV_TASK_DONE || k == BPMN_EV_BPMN_ERROR || k == BPMN_EV_ESCALATION ? YES : NO;
	case BPMN_W_TIMER: return k == BPMN_EV_TIMER ? YES : NO;
	case BPMN_W_MESSAGE: return k == BPMN_EV_MESSAGE ? MAYBE : NO;             // by its name
	case BPMN_W_CALL: return k == BPMN_EV_CALL_DONE || k == BPMN_EV_CALL_FAILED || k == BPMN_EV_ESCALATION ? YES : NO;
	case BPMN_W_JOB: return k == BPMN_EV_JOB_DONE || k == BPMN_EV_JOB_FAILED ? YES : NO;
	case BPMN_W_ADHOC: return k == BPMN_EV_ADHOC || k == BPMN_EV_ADHOC_DONE ? MAYBE : NO;
	case BPMN_W_INCIDENT: return k == BPMN_EV_RESOLVE ? YES : k == BPMN_EV_JOB_DONE || k == BPMN_EV_JOB_FAILED ? MAYBE : NO;
	default: return NO;
	}
}

# A certificate of the library is offered; the applicant will not have it used and uploads instead.
at 2026-11-17 09:00
as buyer
call draft.start {"what": "dog_licence"}
save $case = reply.case
call draft.save {"case": $case, "page": "applicant", "values": {"applicant.dog_breed": "中华田园犬"}}
upload $case vaccination_record.applicant record.pdf
call draft.delivery {"case": $case, "way": "electronic"}
call draft.materials {"case": $case}
expect reply.list[id=identity_document.applicant].state == exempt
call draft.use_certificate {"case": $case, "material": "vaccination_record.applicant", "use": true}
fails NOT_FOUND
call draft.use_certificate {"case": $case, "material": "identity_document.applicant", "use": false}
call draft.materials {"case": $case}
expect reply.list[id=identity_document.applicant].state == wanted
call draft.submit {"case": $case, "declared": true}
fails CASE_MATERIAL field identity_document.applicant
upload $case identity_document.applicant front.png
upload $case identity_document.applicant back.png
save $file = reply.file
call draft.materials {"case": $case}
expect reply.list[id=identity_document.applicant].files count 2
as seller
call draft.drop_file {"case": $case, "file": $file}
fails NOT_FOUND
call file.get {"file": $file}
fails NOT_FOUND
as buyer
call file.get {"file": $file}
expect reply.stream.type == image/png
call draft.drop_file {"case": $case, "file": $file}
call draft.drop_file {"case": $case, "file": $file}
fails NOT_FOUND
call draft.submit {"case": $case, "declared": true}
expect reply.state == received
save $number = reply.number
as window1
call desk.case {"case": $case}
save $version = reply.version
call desk.accept {"case": $case, "version": $version}
# The clerk sees the file, and a look at what is masked is written down.
call file.get {"file": $file}
fails NOT_FOUND
call case.reveal {"case": $case, "field": "applicant.id_number", "purpose": ""}
fails REQUIRED field purpose
call case.reveal {"case": $case, "field": "applicant.id_number", "purpose": "核对证件"}
expect reply.value == 359901190305120120
as tax_approver
call case.reveal {"case": $case, "field": "applicant.id_number", "purpose": "好奇"}
fails NOT_FOUND
verify

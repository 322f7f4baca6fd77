"""Sentences as clinicians write them, with how each of their conditions, in brackets, is meant."""

AFFIRMED = """
Patient is a 67 year old man with [COPD], [CAD] and [HTN] who presents with cough.
She has a history of [hypertension] and [diabetes].
h/o [HTN], [HLD], [CAD] s/p PCI.
PMH significant for [COPD], [CKD], and [atrial fibrillation].
He was found to have [pneumonia] and was started on ceftriaxone.
Found to have [AKI] with creatinine of 2.3, which resolved with fluids.
[AKI]: resolved with IV fluids.
[AKI], now resolved.
Her course was complicated by [UTI], treated with nitrofurantoin.
CT chest showed a right lower lobe infiltrate consistent with [pneumonia].
This was most likely [pneumonia], and he completed five days of levofloxacin.
Presumed [pneumonia], treated with doxycycline.
Probable [pneumonia] given productive cough.
No chest pain, but has known [CAD].
Denies fever. Has [COPD].
He denies chest pain but has long-standing [hypertension].
[COPD] without exacerbation.
[COPD], not in acute exacerbation.
[COPD]: No wheeze, continued tiotropium.
No exacerbation of [COPD] this admission.
[atrial fibrillation] without RVR, [CAD], [HTN].
[CAD] without angina, [hypertension], [diabetes].
[CAD] s/p PCI, no angina, [HTN], [HLD].
[diabetes] without complications, [hypertension].
[HTN]: no changes to home regimen.
No change in [hypertension] medications.
[hypertension] not well controlled on lisinopril.
Not on home oxygen for [COPD].
On no medications for [hypertension].
No intervention was needed for his [atrial fibrillation].
[atrial fibrillation] not on anticoagulation due to falls.
[DVT] on lovenox, no PE.
Ultrasound revealed [DVT] in the left popliteal vein.
Started on heparin for [DVT].
No fever, chills or cough; found to have [UTI].
No dysuria although urine grew E. coli and [UTI] was treated.
Given his [COPD], he was placed on nebulizers.
He was given fluids due to [AKI].
He has no chest pain despite severe [CAD].
Anticoagulation was not started because of [anemia].
Urinalysis was positive for [UTI].
Cultures negative. [pneumonia] treated with azithromycin for 5 days.
# [hypertension]: Continued amlodipine.
# [diabetes]: A1c 7.2. No hypoglycemia.
# [AKI]: No hydronephrosis on ultrasound.
Chronic [anemia], no evidence of bleeding.
His daughter reports that he has [COPD].
Per wife, patient has [diabetes] and does not check his sugars.
Daughter states he has been treated for [pneumonia] this week.
You were admitted to the hospital because you had [pneumonia].
You came in with shortness of breath and were found to have a [DVT].
You were treated for a [urinary tract infection].
Losartan 25 mg daily for [hypertension].
[DVT] was confirmed on duplex.
ruled in for [pneumonia] on CT.
Not only does he have [CAD], he also has [COPD].
Patient with [HTN] p/w headache, no focal deficits.
Evaluated by cardiology for [atrial fibrillation] with RVR and started on diltiazem.
Noncompliant with CPAP for [sleep apnea].
Could not tolerate CPAP for [sleep apnea].
Followed by nephrology for [CKD].
He lives with his wife. [HTN], [HLD].
Stopped taking her medications for [hypertension].
He ran out of his medications for [hypertension].
[hypertension], diet-controlled [diabetes], and [anemia].
Assessment: 65F with [COPD] here with [pneumonia], doing well.
no longer hypotensive; [hypertension] medications were resumed.
PE was ruled out; [pneumonia] was treated.
MI was ruled out, and he was treated for [pneumonia].
Troponins negative. [CAD] stable.
Depression screen performed. [depression] treated with sertraline.
CTA negative for PE but showed [pneumonia].
Does not smoke. [COPD] from alpha-1 deficiency.
The patient has [COPD] and is at risk for falls.
[diabetes] with no known retinopathy.
Without his diuretic he developed [AKI].
[atrial fibrillation], rate controlled, no bleeding on apixaban.
The patient was unable to give a history but has documented [CAD] and [CKD].
Never smoker. [COPD], [HTN].
[UTI]: urine culture grew Klebsiella; blood cultures no growth.
Hypoxia was felt to be due to [pneumonia] rather than volume overload.
Pt w/ [COPD], on 2L home O2, presenting w/ dyspnea.
Not a surgical candidate given [COPD] and [CAD].
There was no improvement in her [anemia].
No new issues with [diabetes].
Endorses chest pain. [CAD] s/p CABG.
Cough is likely secondary to [pneumonia].
Hgb 8.1 consistent with [anemia]; no transfusion required.
He had a fall with no loss of consciousness, and has [AKI].
Her [hypertension] and [diabetes] were well controlled.
Denies alcohol use. History of [CAD].
55M w/ [HTN], [HLD], not on any meds, p/w CP.
[COPD] (not on home O2), [CAD] (no prior stents), [HTN].
[pneumonia]: CXR initially negative but CT showed RLL consolidation. Treated w/ CTX/azithro.
[UTI] -- no flank pain, no fever; cx grew E. coli, CTX x3d.
[AKI] on [CKD]: Cr 2.1 from baseline 1.4. No obstruction on US. Improved w/ IVF.
[AKI] - prerenal, resolved.
He has had no chest pain since admission. His [HTN] was managed with amlodipine.
Denies SI/HI. [depression] stable on sertraline.
Tobacco: denies. [COPD] from secondhand smoke.
No acute issues. [hypertension] stable.
[HTN] - BPs well controlled, no changes
[anemia] - stable, no signs of bleeding, no transfusion needed
Chronic [anemia], no w/u needed
[DVT]: on Coumadin. INR 2.3. No bleeding.
New LLE [DVT]. No PE on CTA.
[diabetes]: not on insulin.
[diabetes], never on insulin, A1c 6.9
[atrial fibrillation]: Not anticoagulated given fall risk.
[atrial fibrillation] with no rate control needed
[constipation]: had BM after enema, no obstruction on KUB.
Not having had a BM for five days, she was treated for [constipation].
No BM x 5 days c/w [constipation].
She was not able to wean from oxygen because of [COPD] and [pneumonia].
Blood cultures were negative but urine culture was positive, so she was treated for [UTI].
There was no evidence of ischemia, so the troponin leak was attributed to [AKI] and [atrial fibrillation] with RVR.
She never smoked but has [COPD].
Pt without PCP found to have [diabetes] and [hypertension].
Patient was admitted for [pneumonia] and was never hypoxic.
Because his [UTI] was not responding to cipro, he was switched to CTX.
[CAD]: no active chest pain; continued ASA, statin.
[CAD]; denies CP.
[HTN]/[HLD]/[CAD] - cont home meds
[sleep apnea]: does not use CPAP at home.
[sleep apnea], not on CPAP
[asthma]: no wheezing on exam, continue home inhalers.
[depression]/anxiety: no SI. Continue home citalopram.
Treated with vancomycin for presumed [pneumonia].
He likely has [pneumonia].
Clinical picture most consistent with [pneumonia].
Hypoxia likely [pneumonia].
The patient most likely had a [UTI].
Etiology of fever was thought to be [UTI].
Fever felt to be [pneumonia].
Monitor blood pressure for [hypertension].
Continue home regimen to control your [diabetes].
Please follow up with your PCP regarding your [hypertension] and [diabetes].
Your blood pressure medication for [hypertension] was increased.
We think this was caused by a [urinary tract infection].
You have a condition called [atrial fibrillation].
You were diagnosed with [pneumonia] and given antibiotics, which you should continue.
Take levofloxacin for your [pneumonia] for 3 more days.
Please return if you have fever. Your [pneumonia] was treated with antibiotics.
PMH: [HTN], [CAD], no DM.
PMH - [COPD], [CKD] stage 3, denies MI
PMHx: [HTN] [HLD] [CAD] [CKD]
The patient's [COPD] was not felt to be contributing.
The patient's [COPD] was not exacerbated.
His [CKD] has not progressed.
Known [CAD] without recent ischemia or MI.
Hx [CAD], [HTN] and [CKD].
Pt has h/o [CAD], no MI.
[diabetes] c/b neuropathy, no retinopathy
[diabetes] complicated by neuropathy and nephropathy but no retinopathy.
s/p fall, found down, [AKI] and rhabdo
No improvement with nebs since this was [pneumonia] rather than asthma.
Patient endorses [constipation], denies diarrhea.
+[HTN], -DM
HEENT: no JVD. Assessment: [anemia] of unclear etiology.
No prior records available. Reports [HTN] and [diabetes].
Hyponatremia not present. [AKI] present on admission.
No PE. Positive for [DVT].
[CAD] status post CABG without complication, [hypertension].
Initially c/f PE but CTA neg; instead found to have [pneumonia].
The family wanted everything done. [pneumonia] progressed.
Family was updated about his [pneumonia].
His mother was called and confirmed he has [asthma].
Lives with his mother, who helps him manage his [diabetes].
Discussed with son at bedside; [AKI] improving.
Wife brought him in. Found to have [pneumonia].
Chest pain in setting of [anemia]. No further workup.
[hypertension] (diagnosed in 2010), [diabetes] x 10 yrs
[hypertension] diagnosed 5 years ago.
[hypertension] for 20 years.
[asthma] since childhood.
[diabetes] since 1995 on insulin
Long history of [COPD].
Remote tobacco use, [COPD].
Prior smoker with [COPD].
Prior alcohol abuse, [hypertension].
Previous cardiac workup negative. [hypertension] on 2 agents.
Has previously documented [CKD].
history of poorly controlled [diabetes]
Previously diagnosed [COPD] on home oxygen.
not previously diagnosed [diabetes], A1c 9.
Undiagnosed [diabetes] prior to this admission.
Admitted 2 weeks ago with CHF. Now with [pneumonia].
Recently discharged; now presents with [UTI].
s/p CABG, [CAD], [HTN]
He recently ran out of meds for [HTN].
Recent fall. [AKI] on labs.
Prior to admission she had noticed dysuria; treated for [UTI].
78F h/o [atrial fibrillation] (on apixaban), [HTN], and [CKD] who fell at home without head strike.
Admission notable for [AKI] to Cr 3.0 without hyperkalemia.
Given vanc/zosyn for [pneumonia]; MRSA swab negative so vanc stopped.
Mr. X has [diabetes], for which he takes metformin.
Hospital stay was significant for [UTI] and delirium.
Pt reports no CP but does have a long hx of [CAD].
CT abdomen was unremarkable except for stool burden; he was given a bowel regimen for [constipation].
Despite no evidence of infection on imaging, she was treated for [pneumonia].
[atrial fibrillation]: on metoprolol. Apixaban held for procedure, restarted at discharge.
[HTN]. Well controlled. Not on medication.
[anemia]: no source of bleeding identified; iron studies pending.
[depression]: denies SI. Continued home fluoxetine.
[CAD]: troponin negative x2. No EKG changes.
His [asthma] has been without flares.
DVT ppx held because of [anemia].
She was ruled out for MI. Her [atrial fibrillation] was controlled with diltiazem.
In the ED, he was noted to be in [atrial fibrillation] with rates in the 140s.
Nephrology was consulted for [AKI]; no dialysis was needed.
This is a patient with no significant past surgical history but a medical history of [HTN].
He had never seen a doctor before and was diagnosed with [diabetes].
The patient, who denied any cardiac history, was found to have [atrial fibrillation].
ID was consulted and recommended 7 days of antibiotics for [pneumonia].
Urine culture grew >100K E. coli, so ceftriaxone was started for [UTI].
Because of concern about sedation, her pain regimen was reduced; [constipation] improved with senna.
Cough not due to CHF; rather, [pneumonia] was seen on CT.
Instead of CHF, imaging showed [pneumonia].
We treated your [pneumonia] with antibiotics.
While you were here we found that your kidneys were not working well ([AKI]).
Your heart was found to be in [atrial fibrillation], an irregular rhythm.
Metformin should be resumed for [diabetes] in 48 hours if kidney function is stable.
Continue lisinopril for [HTN], hold if SBP < 100.
Recommend outpatient follow up of [anemia].
Will need repeat imaging in 6 weeks to ensure resolution of [pneumonia].
Consider increasing statin given [CAD].
Avoid NSAIDs given [CKD].
Avoid beta blockers given [asthma].
Outpatient PFTs for [COPD].
Please monitor Cr given [CKD].
At risk for aspiration given [COPD] and dysphagia.
High risk for readmission given [COPD], [CKD].
aspirin for [CAD]
Warfarin for [atrial fibrillation]/prevention of stroke.
CPAP for [sleep apnea], which he refuses.
Refused CPAP for his [sleep apnea].
Declined statin for [HLD].
[HLD]: statin declined
[sleep apnea]: refuses CPAP
Denies orthopnea; weight stable; [COPD] at baseline.
Cr 1.8 (b/l 1.1) c/w [AKI], no hydro.
Sodium improved; [CKD] at baseline, so no nephrology consult.
Mother at bedside. [asthma] exacerbation improved with nebs.
Per her sister, she has a history of [depression].
""".strip().splitlines()

NEGATED = """
No history of [hypertension], [diabetes] or [CAD].
Denies fever, chills, [CAD] or [DVT].
He denies any history of [hypertension].
She has no [CAD].
No [CAD], [DVT], or [diabetes].
No evidence of [DVT] in either lower extremity.
No e/o [pneumonia] on chest x-ray.
There was no evidence of [pneumonia] or effusion.
CXR without [pneumonia].
CXR negative for [pneumonia].
Lower extremity dopplers were negative for [DVT].
[DVT] was ruled out by ultrasound.
[pneumonia] ruled out with CT.
[pneumonia] and [DVT] were ruled out.
Ruled out for [pneumonia] with clear CXR.
The patient did not have [pneumonia].
Does not have [diabetes].
He has never had a [DVT].
[DVT]: none.
[DVT]: negative.
History of [DVT]: no.
[CAD] (-), otherwise unremarkable.
Not felt to have [pneumonia].
This was not thought to be [pneumonia].
Presentation not consistent with [pneumonia].
Low suspicion for [pneumonia] so antibiotics were stopped.
[pneumonia] was felt to be unlikely.
[pneumonia] unlikely.
[UTI] was not suspected.
Unlikely to be [pneumonia] given normal WBC.
No clinical signs of [pneumonia].
No signs or symptoms of [UTI].
Antibiotics were discontinued as there was no concern for [pneumonia].
Did not meet criteria for [AKI].
No known [CAD].
No prior [DVT].
He has no known history of [atrial fibrillation].
Patient denied [diabetes].
Neg for [DVT].
Negative for [hypertension], [diabetes], [CAD].
Urinalysis not suggestive of [UTI].
Telemetry showed no [atrial fibrillation].
Without evidence of [DVT] or [pneumonia].
No personal history of [DVT].
The UA was bland, arguing against [UTI].
Fluid overload rather than [pneumonia].
You did not have [pneumonia].
The x-ray showed that you do not have [pneumonia].
Denies h/o [DVT], [CAD], [COPD].
No hx of [DVT] or [atrial fibrillation].
absence of [pneumonia] on imaging.
He was never diagnosed with [COPD].
PFTs did not show [COPD].
Echo and CT failed to show [pneumonia].
[atrial fibrillation] was not seen on telemetry.
Has not had [AKI].
not [diabetes].
She doesn't have [diabetes].
No fever, cough, [pneumonia], or [UTI] during the stay.
PMH: denies [HTN], [diabetes], [CAD].
ROS: No fever, chills, [UTI], [DVT].
No personal or family history of [DVT].
Neg [CAD], neg [DVT].
She has no history of [CAD] or [diabetes], and does not smoke.
PMH: no [HTN], no [CAD].
No [HTN]/[diabetes]/[CAD].
no h/o [CAD] or [DVT]
Never diagnosed w/ [HTN].
[pneumonia] ruled out
UA neg for [UTI]
CXR: no [pneumonia]
CXR clear, no [pneumonia].
CXR neg for [pneumonia]/edema
Cultures remained negative; not felt to be [UTI].
LENIs were neg for [DVT].
LENIs: no [DVT].
no [DVT] on duplex
Her workup was negative for PE, [DVT], and [pneumonia].
She does not carry a diagnosis of [COPD].
[COPD] was not confirmed on PFTs.
Patient without [diabetes] presented with high sugars.
Her fevers were not due to [pneumonia].
[UTI] less likely given clean UA and was not treated. [UTI]: excluded.
Doppler studies for [DVT] were negative.
Evaluation for [DVT] was negative.
Workup for [pneumonia] was unrevealing.
Ruled out for [DVT] with ultrasound.
Screening for [DVT] was negative.
[DVT] scan negative.
Unlikely [pneumonia].
She was never found to have [atrial fibrillation].
There is no [CAD].
There is no history of [atrial fibrillation].
There was no radiographic evidence of [pneumonia].
Patient has no known [CAD], [CKD], or [diabetes].
Denies PMH of [HTN], [CAD].
Denies any PMHx including [HTN], [diabetes].
no PMH of [HTN]
Nonsmoker, no [COPD].
Creatinine normal; no [AKI].
Stool guaiac negative, no [anemia].
Tele without [atrial fibrillation].
Telemetry: no events, no [atrial fibrillation].
The CT was without [pneumonia].
His symptoms were not related to [COPD].
Antibiotics stopped as [pneumonia] was excluded.
She was thought to have [pneumonia] but this was ruled out.
Question of [DVT] was ruled out by LENIs.
Possible [pneumonia] was ruled out by CT.
Concern for [pneumonia] was not borne out by CT.
No cardiac history, specifically no [CAD] or [atrial fibrillation].
denies h/o CAD, [HTN], [diabetes]
She has no medical problems, including no [HTN] or [diabetes].
Does not have a history of [COPD].
Pt w/o hx of [diabetes]
No signs of [pneumonia] or [UTI] were found.
CXR did not demonstrate [pneumonia].
No [AKI] during this admission.
no [pneumonia], no [UTI]
The patient did not develop [AKI].
[DVT] studies were negative.
Not [diabetes]-related.
Work-up was negative for [pneumonia].
She has not been diagnosed with [diabetes].
Workup revealed no [UTI].
Lung exam clear, CXR clear, thus no [pneumonia].
He has no past history of [CAD], [HTN], [CKD], or [atrial fibrillation].
Ultrasound excluded [DVT].
It was determined that he does not have [COPD].
There is little concern for [pneumonia].
Nothing to suggest [UTI].
[COPD]: no
[HTN]: No
History negative for [HTN].
""".strip().splitlines()

POSSIBLE = """
Possible [pneumonia] on chest x-ray.
Concern for [pneumonia] on admission.
There was initial concern for [UTI], and cultures were sent.
?[pneumonia].
? [pneumonia] on CXR.
[pneumonia] was considered but he had no fever.
Could be [pneumonia].
May have [pneumonia].
Cannot exclude [pneumonia].
Superimposed [pneumonia] cannot be excluded.
[pneumonia] not excluded.
Differential includes [pneumonia] and [DVT].
CT to rule out [pneumonia].
Doppler was ordered to evaluate for [DVT].
R/o [DVT].
Suspected [pneumonia].
c/f [pneumonia].
CXR with atelectasis vs [pneumonia].
atelectasis versus [pneumonia].
[pneumonia] vs atelectasis.
Questionable [pneumonia] on imaging.
Question of [UTI].
CXR could not rule out [pneumonia].
Empirically started on abx for possible [UTI].
CT abd/pelvis to eval for obstruction and [pneumonia].
Opacity may represent atelectasis or [pneumonia].
Opacity, atelectasis vs. aspiration vs. [pneumonia].
DDx includes [pneumonia], PE, ACS.
DDx: [pneumonia], PE
Workup for [DVT] pending.
questionable history of [COPD]
Outpatient PFTs to evaluate for [COPD].
?[COPD], never had PFTs
[COPD]?
Possible undiagnosed [sleep apnea], needs sleep study.
Suspect underlying [COPD].
Concern for underlying [sleep apnea]; recommend outpatient sleep study.
[sleep apnea] suspected, sleep study as outpatient.
Given c/f [pneumonia] she got one dose of ceftriaxone.
[pneumonia] could not be excluded and he was given one dose of antibiotics.
In ED, treated with CTX for ?[UTI].
Fever, ? [UTI] vs drug reaction.
Infiltrate vs atelectasis, possibly [pneumonia].
Pre-test probability for [DVT] was intermediate; LENIs ordered.
The possibility of [pneumonia] was raised.
Suspicion for [DVT] prompted an ultrasound.
""".strip().splitlines()

FAMILY = """
Father had [CAD] and died at 60.
Mother with [diabetes] and [hypertension].
Family history of [CAD] and [diabetes].
Strong family history of [DVT].
FH: mother [COPD], father [CAD].
[CAD] in his father.
[diabetes] in mother and sister.
Brother died of [CAD].
Sister has [atrial fibrillation].
Her mother had [diabetes].
Grandmother: [diabetes].
Both parents with [hypertension].
His father has [COPD] and his brother has [diabetes].
Mother - [CAD], [HTN]. Father - [diabetes].
mother w/ [diabetes], father w/ [CAD] s/p CABG
Dad died of MI at 50; mom has [diabetes].
Fam hx sig for [CAD] in father and [diabetes] in mother.
Family history: [CAD], [HTN].
FHx: [CAD]
Significant for [CAD] in both parents.
Two brothers with [CAD].
Paternal grandfather with [DVT].
maternal aunt with [diabetes]
Notable family history of early [CAD].
No family history of [CAD].
His brother recently had a [DVT].
Dad with [CAD] at 45.
Family history significant for [diabetes] in his mother.
Sister: [asthma].
Mother died from complications of [diabetes].
Father (deceased): [COPD].
Maternal grandmother had [atrial fibrillation] and [HTN].
His sister was just diagnosed with [diabetes].
""".strip().splitlines()

CONDITIONAL = """
Return to the ED if you develop [pneumonia].
Call your doctor if you notice signs of [UTI].
Heparin SQ for [DVT] prophylaxis.
[DVT] prophylaxis with heparin.
DVT boots were used for prophylaxis of [DVT].
She was screened for [depression].
[depression] screening was done.
Given aspirin to prevent [DVT].
At risk for [AKI].
Risk of [DVT] was discussed.
Risks including bleeding, infection, [DVT] and death were explained.
Monitor for [AKI] on this regimen.
Watch for [anemia] as an outpatient.
Docusate as needed for [constipation].
Senna 8.6 mg BID PRN [constipation].
Senna 8.6 mg BID:PRN [constipation].
Opiates can cause [constipation].
She is afraid of developing [pneumonia].
[pneumonia] vaccine given.
Avoid dehydration to prevent [AKI].
Return for fever, chills or symptoms of [pneumonia].
to reduce the risk of [DVT]
Narcotics may cause [constipation], drowsiness and nausea.
If [atrial fibrillation] recurs, start diltiazem.
Heparin SC for [DVT] ppx
[DVT] ppx: heparin SC
# [DVT] prophylaxis: Lovenox
FEN/PPX: [DVT] ppx with SCDs
PPx: bowel regimen, SQH for [DVT]
Pneumovax given for [pneumonia] prevention.
Please call if you have fever, burning with urination or other signs of a [urinary tract infection].
Seek care if you have worsening cough or think you have [pneumonia].
Take a stool softener to prevent [constipation] while on narcotics.
Narcotic pain medication can cause [constipation].
colace prn [constipation]
Docusate 100 mg PO BID:PRN [constipation]
Senna 1 TAB PO BID PRN for [constipation]
Patient is at high risk of [DVT] given immobility.
The risks of the procedure including bleeding, infection, stroke, [DVT], [AKI] were discussed.
She worries about getting [pneumonia].
Use incentive spirometer to avoid [pneumonia].
In the event of [atrial fibrillation], page cardiology.
If she were to develop [AKI], stop lisinopril.
CHADS2 score calculated in case of [atrial fibrillation].
Allergies: [asthma] with aspirin
Given concern about developing [AKI], contrast was avoided.
[depression] screen negative
PHQ-9 [depression] screening: 3
screened for [diabetes] per protocol
Counseled on smoking and the risk of [COPD].
If you smoke you may get [COPD] or [CAD].
Call us if you think you have a [urinary tract infection].
Stay hydrated so that you do not get [constipation].
to prevent another [DVT]
SC heparin for [DVT] prevention
Lovenox 40 mg daily x 28 days for prevention of [DVT]
To lower your chance of [pneumonia], use the spirometer.
You are at increased risk for [DVT] after surgery.
You may experience [constipation] with this medicine.
This medication might cause [constipation].
Narcotics are constipating; take senna to avoid [constipation].
Prophylactic antibiotics to prevent [UTI].
Patient fears she has [COPD].
Pneumococcal vaccine protects against [pneumonia].
Labs in one week to check for [AKI].
Sleep study referral to screen for [sleep apnea].
""".strip().splitlines()

HISTORICAL = """
Hospitalized last year for [pneumonia].
History of [pneumonia] in 2012.
h/o [DVT] 5 years ago.
Prior [UTI] treated with Bactrim.
Previous [AKI] in the setting of dehydration.
Childhood asthma; [asthma] as a child.
Remote [depression], off all meds.
[depression] in the past, no meds since college.
[hypertension], resolved after weight loss.
Former [smoker].
PMH: [pneumonia] 2010, [UTI] 2015
Past Medical History: [AKI] in 2018.
History of recurrent [UTI] in the past.
She had a [DVT] 10 years ago.
He had [pneumonia] last year.
[asthma] as child, no inhalers since.
Childhood [asthma].
childhood [asthma], outgrown
[hypertension] resolved with weight loss
previously had [hypertension]
[diabetes], resolved after gastric bypass
[depression] in college, resolved
gestational [diabetes]
prior [DVT]
prior episode of [DVT]
previous hospitalization for [pneumonia]
h/o [pneumonia] requiring intubation in 2015
recent [UTI] treated by PCP last month
quit smoking; former [smoker]
Had [pneumonia] a few years ago.
status post treatment for [pneumonia] in March
hx [DVT] 2009
history of prior [DVT]
her last [UTI] was six months ago
He had [asthma] as a child but has not used inhalers in decades.
no longer has [hypertension]
""".strip().splitlines()

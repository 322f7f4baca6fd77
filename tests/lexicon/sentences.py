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
Chart review confirms [COPD].
The problem list includes [hypertension] and [diabetes].
Outside records list [CAD], [HTN] and [CKD].
She was thought to have [pneumonia] and improved with ceftriaxone.
Treated for [pneumonia]; blood cultures were negative.
[HTN], [HLD], and asthma, the last entered in error.
[COPD] on home oxygen; PE was ruled out.
Known [CAD], ruled out for MI by enzymes.
[pneumonia] was treated; the repeat film showed no new infiltrate.
He lives with his wife and has [COPD].
His son, who lives nearby, checks on him. [HTN] stable.
Lives with 2 children. [depression] on sertraline.
Daughter found her confused, with [UTI] on urinalysis.
Wife reports that he has [sleep apnea].
Sister manages her pills for [hypertension].
Per mother, [asthma] has been worse.
Monitor blood pressures for [hypertension].
Check INR weekly for [atrial fibrillation].
Please follow A1c for your [diabetes].
Active [smoker], 1 ppd.
He is currently a [smoker].
[AKI] in the setting of sepsis.
Hospitalized for [pneumonia] which may have been triggered by aspiration.
[COPD], which may worsen with beta blockers.
Steroids may worsen his [diabetes].
[hypertension] since 2005, on lisinopril.
[diabetes] diagnosed in 2010.
[CAD] (PCI 2014), [HTN].
Hospitalized for complications of [diabetes].
Foot ulcer is a complication of [diabetes].
No acute exacerbation of his [COPD].
No acute events. [AKI] improved.
The dose in the chart was incorrect; [hypertension] regimen was corrected.
The medication list was not accurate for her [diabetes] regimen.
Anemia ruled out. [CKD] stable.
He was admitted for [AKI]; obstruction was ruled out by ultrasound.
[UTI] was first treated with cefepime, but cultures grew E. coli, not Pseudomonas.
[pneumonia]: aspiration was felt unlikely.
[CKD], which the family was not aware of.
Told he has [diabetes] and given a glucometer.
Not only [UTI] but also [pneumonia] was found.
[HTN] - well controlled, [diabetes] - A1c 7.
Sex: M. [HTN].
Reports that wife has dementia and that he himself has [COPD].
Hopes to go home soon. [pneumonia] much improved.
He would like to quit; [COPD] counseling given.
[depression], no SI. Denies that this has worsened.
His mother has dementia; he has [CAD].
Friend called EMS. [atrial fibrillation] with RVR on arrival.
[anemia] (mother is a Jehovah's Witness) was treated with iron.
[pneumonia] (son notified)
[CAD] (medically managed), [HTN]
Started on antibiotics for [UTI], which was confirmed by culture.
[UTI], initially on cipro, switched to CTX.
First episode of [atrial fibrillation], converted with metoprolol.
Chart notes [COPD], confirmed by PFTs this stay.
[HTN], will follow up with PCP.
[COPD], avoided sedatives.
[HTN] and dropped his pressure to 80s.
[sleep apnea], never started CPAP.
[CAD], unremarkable cath.
[atrial fibrillation], did not recur after cardioversion.
[pneumonia], which turned out to be due to MRSA.
[AKI]; this turned out to be prerenal.
Daughter agreed with the plan. [AKI] improved.
Admitted for evaluation of [DVT] - no PE.
Obese man weighing 140 kg, with [HTN].
See above for discussion of his [CKD].
[diabetes], may return to clinic as needed.
Wife uses earplugs because of his [sleep apnea].
[UTI] with E. coli; blood cultures were negative.
Urine studies showed [UTI], chest film was negative.
His wife gives him his insulin for [diabetes].
[hypertension], screened at a health fair.
Recheck of the chart confirmed [COPD].
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
[pneumonia] was suspected on arrival, but the CT did not bear this out.
He carries a diagnosis of [COPD] in our system, yet spirometry was entirely normal and this label was removed.
Was told years ago that he had [CAD]; a clean catheterization in 2018 refuted this.
Pyuria was at first taken for [UTI], but cultures stayed sterile and a [UTI] was ruled out.
Rise in creatinine was labeled [AKI] by the ED, which turned out to be laboratory error.
His problem list includes [diabetes], which was entered in error.
The chart mentions [asthma], but he denies ever having had it.
The calf swelling was treated as [DVT] until ultrasound excluded [DVT].
Neurology did not think that this was [depression].
We do not believe she has [sleep apnea].
Cardiology doubted that he had [CAD].
ED triage note states [diabetes]; the patient does not have this.
[COPD] appears in the transfer paperwork by mistake.
The referring hospital reported [atrial fibrillation], but the strips were reviewed and this was incorrect.
[atrial fibrillation] on the outside ECG proved to be artifact.
He never fulfilled criteria for [AKI].
The infiltrate was interpreted as [pneumonia] but serial films showed edema, not [pneumonia].
[HLD] was deleted from the problem list.
Tele alarm for [atrial fibrillation] was artifact.
Thought to have [UTI] on admission, however repeat urinalysis showed no [UTI].
No acute [DVT].
He has not had any [anemia].
Infectious workup, including evaluation for [UTI] and [pneumonia], was negative.
Infectious w/u incl [pneumonia], [UTI] and C diff was negative.
Workup for secondary causes, including [sleep apnea] and [CKD], was unrevealing.
The label of [COPD] does not hold up, as his PFTs are normal.
Antibiotics were started for [pneumonia] and stopped the next day when [pneumonia] was deemed unlikely.
[depression] is listed on the referral but psychiatry found no [depression].
[diabetes] was ruled out with an A1c of 5.2.
Her diagnosis of [asthma] was revised to vocal cord dysfunction.
Notes refer to [CKD], but creatinine clearance is normal and he does not have [CKD].
He was referred for [sleep apnea], which a sleep study excluded.
[DVT] in an old discharge summary belongs to another patient.
It was not [pneumonia] after all.
[pneumonia] was our first thought, but the procalcitonin was low and we no longer think he has [pneumonia].
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
M: [HTN], F: [CAD]
M - [diabetes], F - [CAD] and [HTN]
Three of her children have [asthma].
Several relatives have [diabetes].
[depression] (mother), [diabetes] (maternal aunt)
Lives with his daughter, who has [COPD].
Cares for her husband, who is a [smoker].
His twin brother takes insulin for [diabetes].
Her mother fell and broke her hip; an aunt suffers from [COPD].
Roommate is a [smoker].
His wife, who also has [COPD], drove him in.
Both grandparents had [HTN].
Mother: living, age 80, [HTN]; father: died at 62 of [CAD].
Multiple family members with [DVT].
Family psychiatric history: [depression] in two cousins.
Her nephew needs dialysis for [CKD].
[CAD] on the paternal side.
His late wife was on warfarin for [atrial fibrillation].
Her boyfriend was recently diagnosed with [pneumonia].
Parents both had [diabetes].
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
Steroids may bring on [diabetes].
This drug could lead to [AKI].
Untreated, this can progress to [CKD].
Please check a CBC in two weeks for [anemia].
Follow stools for [constipation] while on opioids.
Recheck creatinine for [AKI] after the new diuretic.
NSAIDs might precipitate [AKI].
Screening ultrasound for [DVT] was recommended.
Weight gain may contribute to [sleep apnea].
He worries that he will end up with [diabetes] like his father.
The benefits of a statin in preventing [CAD] were explained.
She hopes never to become a [smoker].
Holding metformin so as not to cause [AKI].
Long haul flights carry a danger of [DVT].
If she stays immobile she could develop a [DVT].
Counseled to move often, as bed rest predisposes to [DVT].
His mother was afraid of him getting [pneumonia].
Vigilance for [AKI] is advised with this combination.
Let us know right away if [constipation] sets in.
Given the potential for [AKI], contrast was withheld.
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
[DVT] in 2009 after surgery
[DVT] (May 2011), off warfarin.
[UTI] in 3/2014 and 2016.
[pneumonia] 2012, intubated.
He had [AKI] in 2017 that needed dialysis for a week.
""".strip().splitlines()

NOT_CODED = """
Z66 | Listed as DNR in the transfer form by mistake, family says full code.
Z66 | She is thinking about becoming DNR but for now remains full code.
Z66 | Full code; his wife is DNR at her nursing home.
Z79.01 | He was offered apixaban but opted against warfarin or any other anticoagulant.
Z79.01 | Decision about starting warfarin was left to his cardiologist.
Z79.01 | Not anticoagulated; warfarin was never started.
Z79.02 | Clopidogrel appears on the pharmacy printout in error.
Z95.1 | No prior CABG.
Z95.1 | Father had CABG at 58.
Z95.5 | The note of a coronary stent was incorrect: his cath reports never describe one.
Z86.718 | No personal history of DVT, although her sister had a DVT.
Z86.718 | His history of DVT turned out to be a ruptured Baker cyst.
Z86.73 | Prior stroke was mentioned in triage, but MRI shows no old infarct and the family knows of no stroke.
Z86.73 | Both her grandmothers had strokes.
I25.2 | The old MI on his problem list is erroneous: echo shows no scar.
I25.2 | Ruled out for MI with serial troponins.
I25.2 | His uncle had an MI at 40.
Z87.891 | She is a never smoker, not a former smoker as stated in the referral.
Z87.891 | Husband is a former smoker.
F17.210 | Never a smoker; the intake form says current smoker in error.
F17.210 | Grew up with parents who were heavy smokers.
F17.210 | Nicotine patch leaflet explains that relapse may turn one into a daily smoker again.
J44.9 | Dyspnea was ascribed to COPD until PFTs came back normal, excluding COPD.
J44.9 | Mother on home oxygen for COPD.
J44.9 | If he keeps smoking, COPD is likely to follow.
J45.909 | No asthma, eczema or hay fever.
J45.909 | Eldest son: asthma.
J45.909 | Beta blockers can set off asthma.
J18.9 | CT did not corroborate pneumonia.
J18.9 | Pneumonia had been suspected, but this was not borne out on CT.
J18.9 | Elevate the head of the bed, since lying flat invites pneumonia.
J18.9 | Her roommate at rehab had pneumonia.
J96.01 | At no point did he have acute hypoxic respiratory failure.
N17.9 | AKI was avoided with pre-hydration.
N17.9 | Creatinine bump flagged as AKI by the EHR; it did not meet KDIGO criteria for AKI.
N17.9 | Please hold the ACE inhibitor if vomiting, since AKI could ensue.
N18.9 | Brother on dialysis for CKD.
N18.9 | There is no CKD.
N39.0 | Urine was contaminated, and UTI was not thought to be present.
N39.0 | UA clean, arguing strongly against UTI.
N39.0 | Catheter to come out early to lower the odds of UTI.
D69.6 | Heparin was chosen with daily platelet counts because of possible thrombocytopenia.
D69.6 | The low platelet count was due to clumping, so thrombocytopenia was excluded on citrate sample.
D62 | Hct stable, without acute blood loss anemia.
E87.1 | Thiazides frequently cause hyponatremia in the elderly.
E87.1 | Pseudohyponatremia from lipids; true hyponatremia was ruled out.
E11.9 | Glucose elevated on steroids; A1c 5.4 argues against diabetes.
E11.9 | Diabetes runs in his family.
E11.9 | Maternal side: diabetes. Paternal side: gout.
E78.5 | Denies hyperlipidemia.
E78.5 | Hyperlipidemia in both siblings.
E03.9 | TSH normal, so hypothyroidism was dropped from her list.
E03.9 | Amiodarone requires TSH checks as it may induce hypothyroidism.
E66.9 | Obesity is prevalent among her siblings.
F32.9 | PHQ-9 of 2, does not have depression.
F32.9 | Mom battles depression.
F32.9 | Interferon may unmask depression.
F41.9 | Palpitations were ascribed to anxiety in the past, which Holter disproved.
F41.9 | Daughter takes sertraline for anxiety.
G47.33 | Sleep study was normal, effectively ruling out OSA.
G47.33 | STOP-BANG to look for OSA before surgery.
I48.91 | Telemetry: "atrial fibrillation" alarm, reviewed as sinus rhythm with PACs, not atrial fibrillation.
I48.91 | Monitor ordered to find occult atrial fibrillation.
I48.91 | Dad has a pacemaker and atrial fibrillation.
I10 | Her elevated pressures were white coat only; she does not have hypertension.
I10 | Hypertension on mother's side.
I10 | Untreated sleep apnea can bring about hypertension.
I25.10 | Coronary CT was normal, so CAD has been taken off his problem list.
I25.10 | Sisters x2 with CAD.
I25.10 | Statin for primary prevention of CAD.
M10.9 | Joint fluid without crystals, so gout was discarded as a diagnosis.
M10.9 | His grandfather had terrible gout.
M10.9 | Avoid beer and shellfish, which can provoke gout.
K21.9 | Denies GERD, dysphagia, or odynophagia.
K21.9 | Chest pain was put down to GERD but EGD and pH study were normal, disproving GERD.
K59.00 | Please call if you develop constipation.
K59.00 | No constipation or diarrhea.
N40.0 | Prostate small on exam; does not have BPH.
N40.0 | Father and brothers with BPH.
Y92.9 | He denies any mechanical fall.
Y92.239 | Educated on call light use to avoid a fall in the hospital.
Z66 | Code status discussed; she does not want to be DNR.
Z66 | DNR order from a previous stay was rescinded.
Z66 | If he declines further he would consider DNR.
Z79.01 | She takes no warfarin.
Z79.01 | Her husband takes warfarin.
Z79.01 | May need warfarin if atrial fibrillation is found on the loop recorder.
Z79.02 | He has never been prescribed clopidogrel.
Z79.02 | Plavix would be needed if a stent were placed.
Z95.1 | Pt states he never had bypass surgery, CABG listed in the ED note is wrong.
Z95.5 | His father has two coronary stents.
Z86.718 | Patient denies prior DVT or PE.
Z86.718 | Aunt with prior DVT.
Z86.73 | Prior stroke excluded by MRI.
Z86.73 | Blood pressure control lowers the chance of stroke.
I25.2 | Q waves raised the question of an old MI, but the perfusion study showed no old MI.
I25.2 | Mother: MI age 70. Father: MI age 55.
Z87.891 | Non-smoker. Never a former smoker.
F17.210 | Exposed to secondhand smoke, as her mother is a heavy smoker.
F17.210 | He is not a current smoker.
J44.9 | Spirometry without obstruction makes COPD very unlikely.
J44.9 | A diagnosis of COPD was entertained and then abandoned when PFTs were normal.
J44.9 | Smoking cessation advised, as he will likely develop COPD.
J44.9 | Father (smoker) had severe COPD.
J45.909 | Wheeze turned out to be vocal cord dysfunction and not asthma.
J45.909 | Two nephews with asthma.
J18.9 | Consolidation resolved within a day, which makes pneumonia improbable.
J18.9 | Get your shot each year to stay free of pneumonia.
J18.9 | Initially covered for pneumonia; bronchoscopy was clean and pneumonia was taken off the differential.
J96.01 | ABG was normal, there was no acute hypoxic respiratory failure.
N17.9 | Contrast was given with fluids beforehand to guard against AKI.
N17.9 | Presumed AKI was in fact chronic; AKI excluded after review of prior labs.
N18.9 | Was said to have CKD by an urgent care, eGFR is 95 here and that is wrong.
N18.9 | Poorly controlled pressure will damage the kidneys and may end in CKD.
N39.0 | Asymptomatic bacteriuria only, this does not represent UTI.
N39.0 | Cranberry tablets for UTI prophylaxis.
D69.6 | Platelets normal, no thrombocytopenia.
D69.6 | Valproate level to be watched for risk of thrombocytopenia.
E87.1 | Free water restriction to ward off hyponatremia.
E11.9 | Gestational diabetes in her sister.
E11.9 | Prediabetes only; does not have type 2 diabetes.
E11.9 | Advised weight loss lest he become diabetic and develop type 2 diabetes.
E78.5 | Lipid panel excludes hyperlipidemia.
E78.5 | Parents and brother with hyperlipidemia.
E03.9 | Hypothyroidism was considered but TSH was normal.
E03.9 | Twin sister is hypothyroid.
E66.9 | Denies history of obesity.
F32.9 | Psychiatry evaluation found grief, not depression.
F32.9 | Grandmother was hospitalized for depression.
F41.9 | No anxiety or panic.
F41.9 | Steroids could worsen sleep and bring on anxiety.
G47.33 | Home sleep test negative for OSA.
G47.33 | Snores; partner wonders about OSA.
G47.33 | Uncle died from complications of OSA.
I48.91 | 30 day monitor never showed atrial fibrillation.
I48.91 | Post-op beta blocker to keep atrial fibrillation at bay.
I48.91 | Brother had an ablation for atrial fibrillation.
I10 | Readings at home are normal and hypertension is ruled out.
I10 | Cut down on salt to keep from getting hypertension.
I25.10 | Clean coronaries, thus no CAD.
I25.10 | Premature CAD in father (MI at 42).
M10.9 | Aspirate grew staph and showed no crystals, thus not gout.
M10.9 | Great-uncle with gout.
K21.9 | GERD was blamed at first but the cough was from lisinopril and GERD has been ruled out.
K59.00 | Take senna so you do not get constipation.
N40.0 | Urinary retention from anticholinergics rather than BPH.
Y92.9 | He did not have a mechanical fall.
""".strip().splitlines()
"""Codes, each with a text that does not support it."""

CODED = """
Z66 | After discussion with family, he was made DNR.
Z66 | Code status: DNR/DNI, confirmed with daughter.
Z79.01 | On warfarin for atrial fibrillation; INR goal 2 to 3.
Z79.01 | Benefits of continuing warfarin outweigh the risk of bleeding; she remains on warfarin.
Z79.02 | Continued clopidogrel; no bleeding.
Z95.1 | s/p CABG in 2011, no angina since.
Z95.5 | Coronary stents in 2014 and 2016.
Z86.718 | History of DVT after knee replacement in 2010.
Z86.73 | Stroke in 2012, no residual deficit.
Z86.73 | Prior stroke; acute stroke was ruled out by MRI.
I25.2 | Prior MI in 2008; this time he was ruled out for MI.
I25.2 | Old inferior MI, confirmed on echo.
Z87.891 | Former smoker, quit 10 years ago.
F17.210 | PMH: HTN, current smoker.
F17.210 | Past Medical History:\\n1. HTN\\n2. Current smoker, 1 pack per day
J44.9 | COPD is listed in his chart and was confirmed by spirometry.
J44.9 | He has COPD, but no COPD medications at home.
J45.909 | Childhood onset asthma, still on inhalers.
J18.9 | Admitted with pneumonia, treated with ceftriaxone; repeat film without effusion.
J18.9 | Pneumonia; PE was ruled out.
J96.01 | Intubated for acute hypoxic respiratory failure.
N17.9 | AKI on admission; obstruction was excluded and creatinine recovered.
N17.9 | AKI resolved, no further AKI.
N18.9 | CKD, baseline Cr 1.6, per report from his nephrologist.
N39.0 | UTI, initially on ceftriaxone.
D69.6 | Thrombocytopenia, HIT was ruled out.
D62 | Acute blood loss anemia, transfused 2 units, no further bleeding.
E11.9 | Type 2 diabetes mellitus, told that he has retinopathy, but exam showed no retinopathy.
E78.5 | Hyperlipidemia; statin stopped as CK was in error high.
E03.9 | Hypothyroidism. Check TSH for dose adjustment.
F32.9 | Depression; psychiatry did not feel she was suicidal.
F41.9 | Anxiety, worse after his mother had a stroke.
G47.33 | Wife uses earplugs because of his OSA.
I48.91 | Atrial fibrillation was noted on telemetry and confirmed by ECG, so warfarin was started.
I10 | Hypertension, first diagnosed in pregnancy and persistent since.
I25.10 | CAD, but no chest pain; MI was ruled out.
I25.10 | CAD (per outside records), HTN.
M10.9 | Gout flare; septic arthritis was ruled out by arthrocentesis.
K21.9 | GERD on omeprazole, which may cause hypomagnesemia.
K59.00 | Constipation resolved with senna; obstruction was excluded.
N40.0 | BPH; prostate cancer was ruled out by biopsy.
Y92.9 | Initially brought in for mechanical fall; hip fracture found.
Z66 | DNR/DNI per MOLST, reviewed with the patient.
Z66 | His wife and son agreed that he should be DNR and he was made DNR.
Z79.01 | Resume warfarin tonight, INR check on Monday.
Z79.02 | Take clopidogrel every day so that the stent does not close.
Z95.1 | CAD s/p CABG x3 (LIMA-LAD), last cath without new disease.
Z95.5 | Known stent to the LAD, patent on this cath.
Z86.718 | DVT in 2015, completed six months of anticoagulation.
Z86.73 | Hx of CVA without residual deficits; head CT negative for new bleed.
I25.2 | STEMI in 2009, s/p stents.
Z87.891 | Quit smoking in 2005; former smoker with 30 pack years.
F17.210 | Smokes 1 ppd, not interested in quitting.
J44.9 | Longstanding COPD; no wheeze; will follow up with pulmonary.
J44.9 | Dyspnea was multifactorial: COPD, obesity; PE excluded by CTA.
J45.909 | Asthma, no intubations, may use albuterol before exercise.
J18.9 | Fever and infiltrate; flu was ruled out, and she was treated for pneumonia.
N17.9 | Cr peaked at 3.1; AKI was felt to be prerenal and not from contrast.
N18.9 | CKD (baseline Cr 1.8), avoid nephrotoxins.
N39.0 | Found to have UTI; pyelonephritis was felt unlikely.
D69.6 | Chronic thrombocytopenia, no bleeding, monitor platelets.
D62 | Acute blood loss anemia from hip fracture, did not require transfusion.
E87.1 | Hyponatremia to 124, thought to be due to HCTZ, which was stopped.
E11.9 | Type 2 diabetes, no retinopathy, A1c 7.1.
E78.5 | Hyperlipidemia, never on a statin.
E03.9 | Hypothyroidism, TSH was normal.
F32.9 | Depression, denies SI, may benefit from therapy.
F41.9 | Anxiety: hydroxyzine could cause sedation, so dose was reduced.
G47.33 | OSA, does not wear CPAP, will discuss with PCP.
I48.91 | Atrial fibrillation, not on warfarin because of falls.
I10 | Hypertension: BP was normal, no changes.
I25.10 | CAD: stress test was negative.
M10.9 | Gout, no flare, avoid thiazides.
K21.9 | GERD, EGD was normal.
N40.0 | BPH, PSA was normal.
Y92.9 | Mechanical fall, no loss of consciousness, no head strike.
E78.5 | Lives with wife, two children. HTN, hyperlipidemia.
F32.9 | His mother died last year and he has had depression since.
I10 | Daughter, a nurse, checks his hypertension at home.
""".strip().splitlines()
"""Codes, each with a text that supports it."""

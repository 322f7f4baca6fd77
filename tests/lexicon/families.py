"""Families of wordings: in each, texts that support a code and texts that do not. `\\n` is a line break."""

FAMILIES: dict[str, tuple[str, str]] = {
    "a cause that makes a more exact code, before or after the condition": (
        """
D62 | Acute on chronic anemia due to GI bleed, 3 units given.
D62 | Anemia: acute, from postoperative bleeding.
D62 | You lost blood during the operation and became anemic.
K59.00 | Constipation: no bowel movement for five days, resolved with senna.
N40.0 | BPH without retention, on tamsulosin.
Z86.73 | Stroke in 2011 with no residual deficits.
Z86.73 | Stroke three years ago, left the hospital without weakness.
E11.9 | Past Medical History: type 2 diabetes, diet controlled. Neurogenic claudication from stenosis.
        """,
        """
D64.9 | Anemia: stable, due to chronic kidney disease, on epoetin.
D64.9 | # Anemia, of CKD.
D64.9 | Anemia: Hgb 9.1, from iron deficiency.
D64.9 | Normocytic anemia secondary to ESRD.
K59.00 | Constipation: likely opioid induced, started senna.
K59.00 | Constipated from oxycodone, improved with Miralax.
N40.0 | BPH with obstructive symptoms, on finasteride.
N40.0 | BPH c/b recurrent retention, now with Foley.
N40.0 | Enlarged prostate with nocturia.
Z86.73 | He had a stroke in 2010 that left him with right arm weakness.
Z86.73 | CVA with mild residual left facial droop.
E87.2 | Diabetic ketoacidosis; the acidosis closed by day two.
J18.9 | COVID-19 pneumonia, on dexamethasone.
        """,
    ),
    "words for readers who are no doctors": (
        """
N18.9 | You have chronic (lasting) kidney disease, so avoid ibuprofen.
N18.3 | The nephrologist calls your kidney disease stage 3, which is moderate.
E87.1 | Your sodium level was very low when you arrived.
E87.1 | The salt in your blood was dangerously low and made you confused.
N17.9 | Your kidneys were temporarily hurt by dehydration and recovered with fluids.
D69.6 | Your platelets, which help you stop bleeding, were low.
J96.01 | He had respiratory failure with low oxygen and was put on BiPAP.
Z95.5 | You have two stents in your heart arteries from 2014, so keep taking aspirin.
I25.10 | You have blockages in the arteries of your heart.
I25.10 | Cath showed blockage in one of the arteries that supply your heart.
N39.0 | You had an infection of your urine and took antibiotics.
Z79.4 | Keep taking your insulin shots at bedtime as before.
Z66 | As you wished, your heart should not be restarted if it stops.
Z66 | She told us that she does not wish to be resuscitated.
Z86.718 | He had a blood clot in his left calf in 2012.
Z23 | We gave you a pneumonia vaccine before you went home.
Y92.9 | You were admitted because you fell and broke your hip.
        """,
        """
E87.1 | Tell us if your sodium is low.
D69.6 | The most common side effects of this drug are rash, constipation and low platelets.
Z86.718 | Signs of a blood clot in your leg are swelling and pain.
Z86.73 | Call 911 if you have a droopy face or slurred speech (stroke).
J44.9 | Stop smoking before you develop COPD.
J45.909 | Beta blockers are used with care in patients with asthma.
Z79.02 | Avoid blood thinners (Plavix, Eliquis) until you see us.
Y92.9 | Send her back for confusion or a fall with head strike.
        """,
    ),
    "terse names": (
        """
J18.9 | CAP, treated with ceftriaxone and azithromycin for five days.
J18.9 | # CAP: RLL opacity, on levofloxacin.
J18.9 | Completed a week of antibiotics for severe CAP.
J96.01 | Respiratory failure, acute, hypoxemic, from flash pulmonary edema.
Z95.5 | Known LAD stent and mid RCA DES, both patent on last cath.
Z95.1 | He had a three vessel bypass in 2009.
I48.0 | AFib (paroxysmal), on apixaban.
E66.9 | Obese (BMI 37) man in no distress.
E78.5 | PMH: hyperlipid, gout.
G89.29 | chr. pain of both knees, on a lidocaine patch.
Z23 | Influenza vaccine, given on the day of discharge.
Z23 | Vaccinations this admission: influenza and pneumococcal.
Z23 | Hepatitis B vaccine #2 given before discharge.
        """,
        """
J18.9 | Omeprazole 20 mg CAP PO DAILY.
J18.9 | Vaccines: flu/PNA up to date.
J18.9 | Core measures: PNA n/a  Stroke n/a.
Z86.73 | Core measures: AMI n/a  Stroke n/a  VTE n/a.
N18.3 | Epoetin for CKD\\n3. Lidocaine patch
Z95.5 | Cath: mid LAD 95% -> DES. Now on ticagrelor.
F41.9 | Expressed anxiety about going home alone.
        """,
    ),
    "smoking, now or once": (
        """
F17.210 | Social History: 15 cigarettes daily, no alcohol.
F17.210 | Tobacco: current, half pack a day.
F17.210 | Nicotine dependence, cigarettes.
F17.210 | Actively smoking, wants to quit in the spring.
F17.210 | Tobacco: [x] current smoker [ ] former smoker [ ] never.
Z87.891 | Tobacco: [ ] current [x] former [ ] never.
Z87.891 | She gave up smoking about six years ago.
Z87.891 | He smoked two packs a day for thirty years and quit in his fifties.
Z87.891 | Nonsmoker since 1988.
Z87.891 | No tobacco since quitting at 40.
Z87.891 | Tobacco: quit 20 yrs ago, 1 ppd x 15 yrs before that.
F17.210 | Quit in 2010, restarted last year, now 1 ppd.
        """,
        """
Z87.891 | Smokes half a pack a day and hopes to quit in May.
F17.210 | Lives with a smoker.
F17.210 | Tobacco: quit 20 yrs ago, 1 ppd x 15 yrs before that.
F17.210 | Tobacco: [ ] current smoker [x] former smoker [ ] never.
        """,
    ),
    "a drug taken for a time, as needed, or in pregnancy only": (
        """
Z79.01 | Medications on Admission:\\nLorazepam 0.5 mg PRN anxiety, insomnia\\nWarfarin 5 mg daily
Z79.01 | She was on warfarin for years and continues to take it.
Z79.4 | She injects insulin twice a day at home.
        """,
        """
Z79.01 | DVT after knee surgery; took Xarelto for three months.
Z79.01 | Past Medical History:\\nPE 2014, treated with 6 months of warfarin
Z79.01 | Social History: was on Coumadin for six weeks after a fracture.
Z79.01 | Coumadin was held on arrival and permanently discontinued after the bleed.
Z79.4 | Gestational diabetes treated with NPH at night.
E11.9 | Gestational diabetes, insulin from 28 weeks.
F41.9 | Discharge Medications:\\nHydroxyzine 25 mg PRN itching, anxiety, nausea
K59.00 | Medications:\\nOxycodone 5 mg PRN pain, constipation
J18.9 | Got a single dose of ceftriaxone for presumed pneumonia, then antibiotics were stopped.
        """,
    ),
    "what a record lists, and what takes it back": (
        """
J44.9 | Carries a diagnosis of COPD but has never had formal PFTs.
J44.9 | Chart lists COPD; on home oxygen.
I25.10 | Outside records mention CAD with a stent in 2013.
I48.91 | New atrial fibrillation on telemetry, confirmed by ECG.
        """,
        """
J44.9 | Chart lists COPD, but spirometry was normal.
J44.9 | She was told she had COPD; however, her lung function is normal and she never smoked.
I25.2 | Outside records mention MI, but the patient denies it and the echo is normal.
Z86.73 | TIA noted in an old chart; family disputes this.
N18.3 | Label of CKD stage 3 rested on one value; nephrology removed the diagnosis.
Z79.02 | The clopidogrel on the old list was never filled.
E66.9 | Obesity was listed by mistake; it does not apply to him.
I48.91 | Computer read "atrial fibrillation" on the ECG; cardiology overread as sinus with PACs.
I48.91 | The monitor alarmed for atrial fibrillation, which was artifact.
D69.6 | Platelets of 60 were due to clumping.
Z86.718 | DVT scare last year with a negative ultrasound.
Z86.718 | Past Medical History:\\nDVT after hip fracture? - no records
J45.909 | Asthma was ruled out as the cause by challenge testing.
N39.0 | Cultures rule out UTI.
N18.9 | Unclear whether the patient has CKD.
N17.9 | AKI was feared with the contrast but did not occur.
J18.9 | No treatment for pneumonia was needed.
        """,
    ),
    "code status that was changed": (
        """
Z66 | MOLST completed: no CPR, no intubation.
Z66 | Full code on admission; after a family meeting he was made DNR/DNI.
Z66 | Code status changed from full code to DNR.
Z66 | Code status: DNR/DNI (previously full code).
Z66 | DNR confirmed with the family; she had been full code.
Z66 | Code: DNR. Diet: full liquids. He was seen by palliative care.
        """,
        """
Z66 | CODE: Full (was erroneously listed as DNR).
Z66 | DNR on a previous admission, reversed; he is full code.
Z66 | Report of DNR from the facility; daughter confirms that she is full code.
Z66 | Code status: full code. Prior DNR was rescinded.
Z66 | Discussed DNR; she would like to remain full code.
        """,
    ),
    "what is over": (
        """
N17.9 | AKI: Cr 2.2, resolved.
M10.9 | Gout (last flare in March), allopurinol.
        """,
        """
K21.9 | Reflux in his forties, no longer an issue.
K21.9 | Heartburn and reflux before the operation, resolved, off PPI.
I48.91 | Afib once after surgery, none since.
N39.0 | Pregnancy: UTI at 14 weeks, treated.
N39.0 | UTI in the second trimester, test of cure negative.
        """,
    ),
    "parts of notes with few headers": (
        """
D64.9 | Laboratory: hemoglobin 10.1.\\n\\nOn the ward she did well. Her anemia was worked up before without a cause.
F32.9 | PREOP LABS: Hgb 13, Cr 0.9.\\n\\nHOSPITAL COURSE ON THE WARD:\\nMood: depression, sertraline continued.
N17.9 | PMH: hypertension, prior stroke.\\n\\nShe was admitted with dehydration and AKI.
J18.9 | Past Medical History: COPD, CAD.\\n\\nTreated with cefepime for pneumonia.
        """,
        """
J18.9 | Laboratory: white count 9.\\n\\nChest film: pneumonia in the left base not excluded.
N39.0 | Past Medical History: UTI, pneumonia, and prior falls.\\n\\nHe came with chest pain.
        """,
    ),
    "boxes": (
        """
J45.909 | [ ] Asthma: please arrange spirometry.
        """,
        """
I10 | Tobacco: [ ] yes [x] no. Hypertension: [ ] yes [x] no
J45.909 | Asthma [ ]  Diabetes [x]  Seizures [ ]
        """,
    ),
    "relatives": (
        """
G47.00 | Her husband died last spring; she takes melatonin for insomnia.
F32.9 | She has been sad since her brother died and she takes sertraline for depression.
        """,
        """
F32.9 | Father: depression. Mother: she had diabetes.
I25.10 | Her son is well; her brother has CAD.
        """,
    ),
    "lines that were placed, and attempts": (
        """
02HV33Z | Major Surgical or Invasive Procedure:\\n___: Left basilic PICC
02HV33Z | Right IJ cordis was placed for rapid infusion.
02HV33Z | Initial attempt at left subclavian, then right IJ line placed.
        """,
        """
02HV33Z | PICC attempted at the bedside, unsuccessful.
02HV33Z | Right IJ was attempted and aborted.
02HV33Z | Placement of a central line was attempted without success.
        """,
    ),
    "falls and harm in hospital": (
        """
Y92.230 | He was found on the floor of his hospital room at 4 am.
Y92.230 | On HD5 he was found down on the floor of his room.
Y92.230 | Patient fell OOB in inpatient room while reaching for the call light.
Y92.239 | Allergic reaction to cefazolin during this admission, treated with steroids.
Y92.239 | Medication error while inpatient: received a double dose of morphine.
Y92.239 | The bleeding was a known complication of the procedure.
Y92.239 | Prolonged air leak kept the chest tube in for nine days.
Y92.9 | Chief Complaint:\\nFall
Y92.9 | She presents after a fall with a wrist fracture; the scene is not described.
        """,
        """
Y92.9 | He fell on the sidewalk and broke his wrist after tripping.
Y92.230 | Fell in her room at the nursing home.
Y92.9 | Past Medical History:\\nwrist fracture after a fall in 2009
Y92.239 | Complications of the procedure include bleeding.
Y92.239 | Fell in his room. An in-hospital fall report was filed.
        """,
    ),
    "what stands in a record, and is struck or explained away": (
        """
J44.9 | The patient calls it "smoker's COPD", FEV1 is 38%.
E87.1 | Outside records document hyponatremia, corrected with salt tablets.
N40.0 | Problem list: BPH, bladder stones removed in 2014.
E11.9 | DM (diabetes mellitus), A1c 6.9.
D64.9 | Anemia was corrected with three units.
I25.10 | We removed the drain; CAD from the history is stable.
        """,
        """
J44.9 | "COPD" in the registration data: her lung doctor found none. Deleted.
I25.2 | The "old infarct/MI" entry was crossed out after a normal echo.
I48.91 | "Afib" on the alarm log turned out to be tremor.
I48.91 | The "AF" of the ambulance sheet stands for afebrile.
Z86.718 | PCP notes list a DVT; it was really cellulitis.
N18.9 | Her internist removed CKD from the problem list.
J45.909 | The asthma label was dropped by the pulmonologist.
M10.9 | That list (gout, CAD, hypertension) belongs to a different patient.
I10 | That list (gout, CAD, hypertension) belongs to a different patient.
Z79.02 | Clopidogrel is on the old list - discontinued by cardiology.
I48.91 | AF (atrial flutter) on telemetry; the AF was typical.
Z66 | The DNR order of the last stay was voided by the patient.
Z66 | They lean towards hospice; leaning DNR, no decision yet.
        """,
    ),
    "a drug that was stopped, or was for a few days or for the stay": (
        """
Z79.02 | Do not stop Plavix without asking your cardiologist.
Z79.02 | Has been on clopidogrel for 3 years.
Z79.01 | Stop Coumadin 5 days before the colonoscopy.
Z79.01 | Coumadin was stopped for the biopsy and resumed the next day.
Z79.01 | Warfarin 7.5 mg for 2 days then 5 mg.
Z79.01 | Six months of warfarin so far, INR 2.2, aspirin stopped.
Z79.4 | Her home Lantus was continued while inpatient.
        """,
        """
Z79.01 | Changes:\\n- STOP warfarin (recurrent falls)
Z79.01 | Eliquis 5 mg twice a day: STOP
Z79.01 | Stop taking these medicines:\\nCoumadin 5 mg
Z79.01 | DVT after a cast in 2011, three months of Xarelto and done.
Z79.02 | Aspirin with clopidogrel for 21 days, then aspirin alone.
Z79.02 | Ticagrelor x 2 years, completed.
Z79.4 | He was placed on NPH while on prednisone.
Z79.4 | She was on Lantus in the unit; no insulin at discharge.
Z79.4 | Type 2 diabetes, no longer needing insulin.
Z79.02 | ALL: Plavix (hives), codeine
Z79.01 | Warfarin allergy (skin necrosis).
        """,
    ),
    "done in this stay, and no history yet": (
        """
Z95.5 | H/o STEMI s/p DES to the RCA in 2013, here with cholecystitis.
Z95.1 | CAD s/p CABG, now POD 3 from colectomy.
Z95.1 | CAD s/p CABG '08, now with pneumonia.
Z86.73 | Prior stroke; this admission for pyelonephritis.
02HV33Z | A PICC was placed for outpatient antibiotics.
        """,
        """
Z95.5 | Anterior STEMI s/p DES to the mid LAD.
Z95.5 | Two-vessel CAD, s/p DES to LCx. No previous PCI.
Z95.1 | s/p CABG x2 (this hospitalization: LIMA-LAD, SVG-PDA).
Z95.1 | s/p CABG x4 on ___. Pacing wires pulled on the third day.
Z95.1 | POD 6 from CABG, on room air.
Z86.73 | You were admitted with a stroke.
02HV33Z | PICC was placed at rehab and is in use.
Z23 | Received the flu vaccine at his pharmacy.
        """,
    ),
    "how far a denial, a doubt or a purpose reaches": (
        """
J44.9 | COPD, no longer on home oxygen.
J18.9 | Pneumonia (cultures negative), seven days of ceftriaxone.
D64.9 | Anemia, workup left to the PCP.
G89.29 | Chronic knee pain ?meniscal, on naproxen.
M10.9 | Febuxostat prevents gout flares.
N18.9 | [x] Statin  [ ] ACE inhibitor: contraindicated due to CKD
F32.9 | Takes prn albuterol and depression is stable.
F17.210 | Tobacco: 1 ppd - 12 ppd in the past, gum + patch.
J45.909 | Medications - Prescription\\nAlbuterol 2 puffs q6h prn asthma
Z79.01 | AFib can cause clots, so you take Eliquis twice a day.
        """,
        """
I48.91 | No palpitations or history of atrial fibrillation.
F41.9 | Denies ever being treated for anxiety or depression.
K21.9 | After the sleeve she no longer has diabetes, reflux, or sleep apnea.
G47.33 | Heavy snorer, not worked up for OSA.
E11.9 | Diabetes insipidus, not to be confused with diabetes mellitus.
J45.909 | As a child she had asthma.
J45.909 | Asthma, which he outgrew.
J18.9 | Came in for what we thought was pneumonia, but the film was clear.
J18.9 | Treated for pneumonia in the ED, but CT showed edema and antibiotics were stopped.
Z86.73 | Aspirin to prevent strokes.
N18.9 | [ ] CKD  [x] CAD
        """,
    ),
    "clipped words and signs of the ward": (
        """
I25.10 | Cath: 2vd, medical therapy.
I25.10 | Cors: diffuse nonobstructive dz.
Z79.01 | Home meds: warf 4 mg, rivarox stopped last year.
Z79.02 | Ticag 90 mg BID with aspirin.
F32.9 | PMH: dep/anx, migraine.
F41.9 | PMH: dep/anx, migraine.
E78.5 | PMHx: HTN, lipid d/o.
D69.6 | Plts low since spring, marrow declined.
E03.9 | HypoT on Synthroid 75.
J45.909 | h/o RAD, albuterol nebs as a teenager and now.
Y92.9 | GLF with hip fracture, s/p mech fall per EMS.
N39.0 | Urine infxn, on cefpodoxime.
Z23 | Rec'd flu vax before leaving.
I10 | Hyper tension and gout for years.
J96.01 | Hypoxic + hypercapnic RF, on BiPAP.
F17.210 | Tobacco dep, 1 ppd cigs.
        """,
        """
I25.2 | Echo: 2+ MI, trace TR.
I25.2 | Severe MI (mitral insufficiency), for repair.
J45.909 | ECG: sinus, RAD, no ischemia. No albuterol given.
D69.6 | Platelets low-normal.
J44.9 | [X] Asthma, COPD, or chronic lung disease
Y92.9 | Allergies/ADRs: penicillin.
        """,
    ),
    "a stage, a kind or a time said a few words later": (
        """
N18.3 | CKD: b/l Cr 1.7, eGFR in the low 40s, stage 3.
N18.3 | Creatinine back at baseline 1.8 (IIIb).
N18.3 | CKD G3aA1.
I48.0 | AF on arrival; the electrophysiologist calls it paroxysmal.
I48.0 | You have atrial fibrillation which comes and goes.
Z86.718 | DVT in his thirties after a long flight.
Z86.718 | VTE hx: L popliteal DVT 2012.
Z86.718 | Left leg DVT following a fracture in 2006.
Z86.718 | Hx of clots R leg, no longer on anything.
Z86.73 | TIA in her sixties, no deficits.
I25.2 | Heart attack at 51, stent then.
Z95.5 | He got stents times three in the left anterior descending long ago.
Z95.1 | Prior 3V bypass in Ohio.
Z95.1 | CAD s/p remote bypass.
Z79.4 | Type 2 diabetes requiring insulin for six years.
D62 | Operative blood loss of 800 cc with resulting acute anemia.
        """,
        """
N18.3 | AKI: Cr 3.9 from baseline 1.1, KDIGO stage 3.
N18.3 | CKD with eGFR 50; heel ulcer is stage 3.
I48.0 | The strips show AF; an old Holter called it paroxysmal SVT.
Z95.1 | Left fem-pop bypass surgery x2.
Z79.4 | Hyperkalemia treated with insulin and dextrose.
D62 | Chronic blood loss with anemia from fibroids.
        """,
    ),
    "told in plain words": (
        """
E03.9 | Your thyroid is slow, so take levothyroxine each morning.
N17.9 | Sudden kidney failure from vomiting, recovered with fluids.
K59.00 | She had difficulty moving her bowels until we gave an enema.
I25.10 | Plaque in the arteries that feed your heart.
I10 | She has been hypertensive for thirty years.
I10 | A longtime hypertensive, he sees Dr. ___ monthly.
F32.9 | He has been depressed since retiring and escitalopram has helped.
M10.9 | Allopurinol each day to prevent gout attacks.
J45.909 | Ventolin two puffs as needed for asthma.
Z66 | If her heart stops she would not want CPR.
Z66 | DNR suspended for the procedure and resumed that evening.
E66.9 | Obese, sedentary, retired cook.
G89.29 | Chronic, non-malignant pain of both hips.
Z87.891 | Smoked heavily until his first heart attack.
Z87.891 | He has not smoked in twenty years.
Z87.891 | Tob: quit long ago. 50 pk yr, none x 9 yrs.
F17.210 | Cut down to 6 cigs.
        """,
        """
E03.9 | Thyroid: low-density nodule on CT.
K59.00 | Call if you have trouble moving your bowels.
I25.10 | There is no plaque in the arteries that feed your heart.
I10 | He was hypertensive and tachycardic overnight.
F32.9 | She is not depressed and takes citalopram for flushes.
M10.9 | Allopurinol against tumor lysis, not for gout.
M10.9 | Febuxostat given to prevent gout with his chemotherapy.
J45.909 | Ventolin two puffs as needed for COPD.
Z66 | If his heart stops he wants everything done.
E66.9 | Abdomen soft. Obese. Bowel sounds present.
Z87.891 | Smoked until this morning.
Z87.891 | She has not smoked since admission.
F17.210 | Current some day smoker. Types: Cigars
        """,
    ),
    "the more exact code, and what belongs to another": (
        """
N40.0 | BPH and obstructive sleep apnea.
J44.9 | Called asthmatic for years; asthma dropped, COPD on testing.
K21.9 | GERD with no esophagitis at endoscopy.
E11.9 | Diabetes without retinopathy.
J18.9 | Pneumonia; MRSA swab negative.
        """,
        """
E11.9 | DM2 w/ periph neuropathy, on gabapentin.
E11.9 | T2DM with severe hyperglycemia.
E11.9 | Post-transplant DM on glipizide.
E03.9 | Lithium-induced hypothyroidism.
E03.9 | Thyroidectomy for goiter, now hypothyroid.
E03.9 | Hypothyroidism after radioiodine.
D64.9 | Anemia, expected, due to chemo.
D69.6 | Thrombocytopenia from recent chemotherapy.
J44.9 | COPD with acute bronchitis.
J45.909 | COPD and asthma on Advair.
J18.9 | Pneumonia due to Klebsiella.
K21.9 | Reflux c/b erosive esophagitis.
J96.01 | Chronic hypoxemic resp failure at baseline.
J96.01 | Acute respiratory failure with hypoxia (postoperative).
I48.91 | Perm AF, rate controlled.
Z86.73 | Stroke 2013 w/ R hemiparesis and aphasia.
        """,
    ),
    "a line by its tip": (
        """
02HV33Z | 4 Fr PICC, R brachial, 39 cm, tip in low SVC, OK to use.
02HV33Z | A power PICC was threaded via the right basilic.
        """,
        """
02HV33Z | CXR: PICC unchanged, tip in the SVC.
02HV33Z | A femoral triple lumen was put in.
02HV33Z | Tunneled dialysis cath, R IJ, tip RA.
        """,
    ),
    "harm by a drug or a procedure, and where a fall was": (
        """
Y92.9 | Hyponatremia attributed to her thiazide, which was stopped.
Y92.9 | Digoxin toxicity with a level of 4.
Y92.9 | He fell some time at night and cannot say where.
Y92.9 | Hip fracture; site of the fall unknown.
Y92.239 | Iatrogenic ureteral injury, stented by urology.
Y92.239 | The biopsy was complicated by a large hematoma.
Y92.230 | POD 2: found on the floor beside her bed by the aide.
        """,
        """
Y92.9 | Bleeding from a duodenal ulcer.
Y92.9 | Ground level fall in the hall of his nursing home.
Y92.239 | The biopsy was not complicated by bleeding.
Y92.239 | Iatrogenic hypothyroidism.
Y92.230 | Found on the floor next to his bed by his wife.
        """,
    ),
}
